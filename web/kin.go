package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rettid/access"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// The next of kin of a patient, for staff: who was considered and how, what they were told and with whose consent, the rights they have of their own, and the
// measures of teaching and support the house has set up (guide 7; pbrl. chapter 3; spesialisthelsetjenesteloven § 3-8).

// A kinLine is a next of kin who was considered.
type kinLine struct {
	Roles, Relation, NamedBy string
	On                       string
	Need, Told, Heard        string
	Consent                  string
	Icon, State, Stands      string
}

// staffKinPage is the page.
type staffKinPage struct {
	*frame
	Head, Name, Facts string
	Case              link
	Lines             []kinLine
	Open              int
	Rights            []pair
	Measures          []string
	Act               link
}

// kinRoutes adds the page.
func (s *site) kinRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /sak/{tenant}/{id}/parorende", s.page("", (*site).kin))
}

func (s *site) kin(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.openOurs(w, r, access.NextOfKin)
	if err != nil || c.ID == 0 {
		return err
	}
	notes, err := s.notes(r, c)
	if err != nil {
		return err
	}
	p := staffKinPage{frame: v.frame, Head: v.T("web.kin.head"), Name: v.givenName(c.Person), Facts: v.personLine(c), Case: link{caseURL(c.Tenant, c.ID), v.T("web.referral") + " " + caseNumber(c.Tenant, c.ID)},
		Open: c.State.KinOpen, Lines: v.kinLines(c, notes), Measures: v.kinMeasures()}
	v.Title = p.Head
	for _, key := range []string{"information", "heard", "complain", "child", "teaching"} {
		p.Rights = append(p.Rights, pair{v.T("web.kin.right." + key), v.cite(words.Source("web.kin.right." + key))})
	}
	if c.State.Open() && s.mayDo(acts["next_of_kin"], c) {
		p.Act = v.actLink(c, "next_of_kin")
	}
	return s.render(w, http.StatusOK, "kin", v, p)
}

func (v *view) kinLines(c desk.Case, notes map[string]string) []kinLine {
	var out []kinLine
	for _, k := range slices.Backward(c.State.Kin) {
		l := kinLine{On: v.short(k.On), Need: notes[k.Need.Note], Told: notes[k.Told.Note], Heard: notes[k.Heard.Note], Relation: k.Relation}
		var roles []string
		for _, r := range k.Roles {
			roles = append(roles, v.T("kin_role."+string(r)))
		}
		l.Roles = strings.Join(roles, ", ")
		if k.NamedBy != "" {
			l.NamedBy = v.T("web.kin.named_by", lowerFirst(v.T("role."+string(k.NamedBy))))
		}
		switch k.Consent {
		case law.Yes:
			l.Consent = v.T("web.kin.consents")
		case law.No:
			l.Consent = v.T("web.kin.consents_not")
		default:
			l.Consent = v.T("web.kin.consent_open")
		}
		switch {
		case k.Handled:
			l.Icon, l.State, l.Stands = "check", "done", v.T("web.kin.handled")
		case law.MustContact(k.Roles):
			l.Icon, l.State, l.Stands = "clock", "soon", v.T("web.kin.to_contact")
		default:
			l.Icon, l.State, l.Stands = "ring", "off", v.T("web.kin.considered")
		}
		out = append(out, l)
	}
	return out
}

// kinFields ask of a next of kin: the roles, who they are to the patient, and what was said both ways.
func kinFields(f *form) []field {
	v := f.v
	var roles []option
	for _, k := range law.Kins {
		roles = append(roles, option{string(k), v.T("kin_role." + string(k)), false})
	}
	named := []option{{"", v.T("web.act.choose"), false}, {string(law.Patient), v.T("role.patient"), false}, {string(law.NextOfKin), v.T("role.next_of_kin"), false}, {string(law.Specialist), v.T("role.specialist"), false}}
	return []field{{Name: "roller", Label: v.T("web.act.kin_roles"), Kind: "ticks", Options: roles, Need: true, Help: v.T("web.act.kin_help")},
		{Name: "slektskap", Label: v.T("web.kin.relation"), Kind: "line", Help: v.T("web.kin.relation_help")},
		{Name: "oppgitt", Label: v.T("web.kin.named"), Kind: "select", Options: named, Help: v.T("web.kin.named_help")},
		{Name: "samtykke", Label: v.T("web.kin.consent"), Kind: "choice", Options: v.yesNo(), Help: v.T("web.kin.consent_help")},
		{Name: "handtert", Label: v.T("web.act.kin_handled"), Kind: "choice", Options: v.yesNo()},
		{Name: "begrunnelse", Label: v.T("web.act.kin_need"), Kind: "text"},
		{Name: "fortalt", Label: v.T("web.kin.told"), Kind: "text", Help: v.T("web.kin.told_help")},
		{Name: "hort", Label: v.T("web.kin.heard"), Kind: "text", Help: v.T("web.kin.heard_help")}}
}

func makeKin(f *form) referral.Command {
	c := based[referral.ConsiderKin](f)
	c.Roles = nil
	for _, r := range f.typed["roller"] {
		c.Roles = append(c.Roles, law.Kin(r))
	}
	c.Handled, c.Consent, c.Relation, c.NamedBy = answer(f.value("handtert")), answer(f.value("samtykke")), f.value("slektskap"), law.Role(f.value("oppgitt"))
	c.Need, c.Told, c.Heard = f.text("begrunnelse"), f.text("fortalt"), f.text("hort")
	return c
}

func kinValues(v *view, c referral.Command) url.Values {
	x := c.(*referral.ConsiderKin)
	out := url.Values{"roller": {}, "handtert": {typedAnswer(x.Handled)}, "samtykke": {typedAnswer(x.Consent)}, "slektskap": {x.Relation}, "oppgitt": {string(x.NamedBy)}}
	for _, r := range x.Roles {
		out.Add("roller", string(r))
	}
	return out
}

// pathwayFields ask for an event of a pathway, and the goal of its next step.
func pathwayFields(f *form) []field {
	v := f.v
	return []field{{Name: "forlop", Label: v.T("web.act.pathway"), Kind: "line", Value: f.x.Pathway, Need: true, Help: v.T("web.pathway.how")},
		{Name: "hendelse", Label: v.T("web.act.pathway_event"), Kind: "choice", Need: true, Options: []option{{"started", v.T("web.pathway.started"), false}, {"time_exceeded", v.T("web.pathway.time_exceeded"), false}, {"ended", v.T("web.pathway.ended"), false}}},
		{Name: "mal", Label: v.T("web.pathway.goal"), Kind: "day", Help: v.T("web.pathway.goal_help")}}
}

func makePathway(f *form) referral.Command {
	c := based[referral.PathwayEvent](f)
	c.Pathway, c.Event, c.Goal = f.need("forlop"), f.need("hendelse"), f.day("mal")
	return c
}

func pathwayValues(v *view, c referral.Command) url.Values {
	x := c.(*referral.PathwayEvent)
	return url.Values{"forlop": {x.Pathway}, "hendelse": {x.Event}, "mal": {words.FieldDate(x.Goal)}}
}
