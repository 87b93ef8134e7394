package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/table"
	"rettid/words"
)

// The notice to Helfo of a breach, as the portal asks for it in its four boxes: a form to be printed, the same as PDF, and as data (JSON, CSV). What is sent
// is sent by a person in the portal; here it is recorded that it was (guide 9.2; G9.2-7 to G9.2-9).

func (s *site) helfoRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /sak/{tenant}/{id}/helfo", s.page("", (*site).helfoNotice))
	for _, kind := range []string{"pdf", "json", "csv"} {
		m.HandleFunc("GET /sak/{tenant}/{id}/helfo."+kind, s.page("", func(s *site, w http.ResponseWriter, r *http.Request, v *view) error {
			return s.helfoExport(w, r, v, kind)
		}))
	}
}

// helfoData is the notice for programs, the same in every language: the portal's four boxes, days as 2026-01-31, codes as the house has them, and how it stands.
type helfoData struct {
	Case        string       `json:"case"`
	Made        string       `json:"made"`
	NotifiedOn  string       `json:"notified_on,omitempty"`
	Patient     helfoPatient `json:"patient"`
	Unit        helfoUnit    `json:"unit"`
	Care        helfoCare    `json:"care"`
	Other       helfoOther   `json:"other"`
	Answers     []helfoReply `json:"answers,omitempty"` // what Helfo has found, and what the patient answered
	ReturnedOn  string       `json:"returned_on,omitempty"`
	ReturnedWhy string       `json:"returned_why,omitempty"`      // found_none · not_reached
	AwaitsSince string       `json:"awaits_time_since,omitempty"` // Helfo waits to hear of a time
	PlacedAt    string       `json:"placed_at,omitempty"`
	OnList      bool         `json:"on_waiting_list"` // until Helfo says that the patient is placed
}

type helfoPatient struct {
	Name     string `json:"name"`
	Identity string `json:"identity_number,omitempty"`
	Born     string `json:"born,omitempty"`
	Address  string `json:"address,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	City     string `json:"city,omitempty"`
	Phone    string `json:"phone,omitempty"`
}

type helfoUnit struct {
	Provider     string `json:"provider"` // clinic.Provider.ID
	Name         string `json:"name"`
	Organisation string `json:"organisation_number,omitempty"`
	Unit         string `json:"unit,omitempty"`
	Contact      string `json:"contact,omitempty"`
}

type helfoCare struct {
	Specialty     string `json:"specialty"`
	Condition     string `json:"condition,omitempty"` // of the guide
	ConditionName string `json:"condition_name,omitempty"`
	Deadline      string `json:"deadline"`
	Assessed      string `json:"assessed_on,omitempty"`
	ExpectedStart string `json:"expected_start,omitempty"` // the new date, when one is known
}

type helfoOther struct {
	Seniority string       `json:"seniority_date"`
	From      string       `json:"appointment_from,omitempty"`
	To        string       `json:"appointment_to,omitempty"`
	Clock     string       `json:"appointment_clock,omitempty"` // 09:30
	Offers    []helfoReply `json:"offers,omitempty"`            // made by the hospital
}

type helfoReply struct {
	At     string `json:"at"`
	Start  string `json:"start"`
	Found  string `json:"found_on"`
	Answer string `json:"answer,omitempty"` // yes · no
}

// helfoCase opens the case for one who may notify Helfo; a case without a deadline has nothing to notify of.
func (s *site) helfoCase(w http.ResponseWriter, r *http.Request) (desk.Case, error) {
	c, err := s.openOurs(w, r, access.NotifyHelfo)
	if err != nil || c.ID == 0 {
		return c, err
	}
	if c.State.StartBy.IsZero() {
		return c, desk.ErrMissing
	}
	return c, nil
}

// expectedStart is the new date Helfo is told: the one of the latest notice, or the time set after the deadline.
func expectedStart(c desk.Case) day.Day {
	if a := c.State.Appointment; !a.IsZero() && a.To.After(c.State.StartBy) {
		return a.To
	}
	for _, e := range slices.Backward(referral.Speaking(c.Log)) {
		if e == nil {
			continue
		}
		switch n := e.Ask.(type) {
		case *referral.NotifyHelfo:
			return n.ExpectedStart
		case *referral.TellHelfo:
			return n.Start
		}
	}
	return day.Day{}
}

func (s *site) helfoNotice(w http.ResponseWriter, r *http.Request, v *view) error {
	c, err := s.helfoCase(w, r)
	if err != nil || c.ID == 0 {
		return err
	}
	v.Title = v.T("web.helfo.notice")
	at := caseURL(c.Tenant, c.ID)
	p := struct {
		*frame
		Case    link
		Record  link
		Next    []link // Helfo's answers, and what Helfo is told
		Search  link
		Files   []link
		Boxes   []box
		Answers []offerLine
		State   []pair
	}{frame: v.frame, Case: v.caseLink(c), Boxes: v.helfoForm(c), Files: []link{{at + "/helfo.pdf", "PDF"}, {at + "/helfo.json", "JSON"}, {at + "/helfo.csv", "CSV"}}, State: v.helfoState(c)}
	for _, o := range c.State.Offers {
		if o.Helfo {
			p.Answers = v.helfoOffers(c)
			break
		}
	}
	if a := acts["notify_helfo"]; s.mayDo(a, c) && a.offered(v, &c.State) {
		p.Record = v.actLink(c, "notify_helfo")
		p.Record.Text = v.T("web.helfo.record")
	}
	if p.Record.URL != "" && !c.State.HelfoOn.IsZero() {
		p.Record.Text = v.T("web.helfo.again")
	}
	for _, verb := range []string{"tell_helfo", "helfo_returned", "helfo_placed"} {
		if a := acts[verb]; s.mayDo(a, c) && a.offered(v, &c.State) {
			p.Next = append(p.Next, v.actLink(c, verb))
		}
	}
	if law.IsWaiting(&c.State.Facts, v.Today) && s.mayDo(acts["offer"], c) {
		p.Search = link{at + "/annet-sted", v.T("duty.find_alternative.chip")}
	}
	return s.render(w, http.StatusOK, "helfo", v, p)
}

// helfoForm is the four boxes, with the new date among the care.
func (v *view) helfoForm(c desk.Case) []box {
	boxes := v.helfoBoxes(&form{v: v, c: c, x: &c.State, person: c.Person})
	if d := expectedStart(c); !d.IsZero() && len(boxes) > 2 {
		boxes[2].Pairs = append(boxes[2].Pairs, pair{v.T("field.expected_start"), words.Date(v.Lang, d)})
	}
	return boxes
}

// helfoState is how the notice stands: given or not, what Helfo has answered, and that the patient stands on the list until placed (G9.2-13).
func (v *view) helfoState(c desk.Case) []pair {
	x := &c.State
	told := v.T("web.helfo.not_yet")
	switch {
	case !x.HelfoOn.IsZero():
		told = v.long(x.HelfoOn)
	case !x.AgreedNotOn.IsZero():
		told = v.T("web.agreed_not_on", v.long(x.AgreedNotOn))
	}
	out := []pair{{v.T("web.helfo.told"), told}}
	if back := x.HelfoBack; !back.On.IsZero() {
		out = append(out, pair{v.T("web.helfo.back"), v.T("helfo_back."+string(back.Why)) + ", " + v.long(back.On)})
	}
	if !x.HelfoAwaits.IsZero() {
		out = append(out, pair{v.T("web.helfo.awaits"), v.T("web.helfo.since", v.long(x.HelfoAwaits))})
	}
	if slices.ContainsFunc(law.DutiesOn(&x.Facts, v.Today, v.s.desk.Settings), func(d law.Duty) bool { return d.Name == law.DutyFindAlternative }) {
		out = append(out, pair{v.T("web.helfo.search"), v.T("web.helfo.search_on")})
	}
	list := v.T("web.helfo.on_list")
	switch {
	case x.PlacedAt != "":
		list = v.T("web.helfo.placed", v.provider(x.PlacedAt))
	case !law.IsWaiting(&x.Facts, v.Today):
		list = v.T("web.helfo.off_list")
	}
	return append(out, pair{v.T("web.helfo.list"), list})
}

// helfoReasons are Helfo's answers that found no place.
func (v *view) helfoReasons() []option {
	var out []option
	for _, why := range law.HelfoReasons {
		out = append(out, option{string(why), v.T("helfo_back." + string(why)), false})
	}
	return out
}

// helfoOffers are Helfo's own offers among the case's, the latest first.
func (v *view) helfoOffers(c desk.Case) []offerLine {
	x := c.State
	x.Offers = nil
	for _, o := range c.State.Offers {
		if o.Helfo {
			x.Offers = append(x.Offers, o)
		}
	}
	return v.offers(&x)
}

// helfoPage is the printed form as a page of its own.
var helfoPage = template.Must(template.New("helfo").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<title>{{.Title}}</title>
</head>
<body>
<main class="boxes">
<header class="lh">
<p>{{.Head}}</p>
</header>
<h1>{{.Title}}</h1>
<p>{{.Sub}}</p>
{{range .Boxes}}<section>
<h2>{{.Head}}</h2>
<table>
{{range .Pairs}}<tr><th scope="row">{{.Key}}</th><td>{{.Value}}</td></tr>
{{end}}</table>
</section>
{{end}}</main>
</body>
</html>
`))

func (s *site) helfoExport(w http.ResponseWriter, r *http.Request, v *view, kind string) error {
	c, err := s.helfoCase(w, r)
	if err != nil || c.ID == 0 {
		return err
	}
	x := &c.State
	name := "helfo-" + caseNumber(c.Tenant, c.ID)
	boxes := v.helfoForm(c)
	h := w.Header()
	switch kind {
	case "pdf":
		var page bytes.Buffer
		err := helfoPage.Execute(&page, struct {
			Lang             words.Lang
			Head, Title, Sub string
			Boxes            []box
		}{v.Lang, v.provider(x.Holder), v.T("web.helfo.notice"), v.T("web.helfo.made", v.Today, caseNumber(c.Tenant, c.ID)), boxes})
		if err != nil {
			return fmt.Errorf("write the notice to Helfo: %w", err)
		}
		file, _, err := s.o.PDF.Make(r.Context(), page.Bytes())
		if err != nil {
			return err
		}
		sendPDF(w, name, string(v.Lang), file)
		return nil
	case "csv":
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
		w.Write([]byte("\ufeff")) // spreadsheets read it as UTF-8
		out := csv.NewWriter(w)
		out.Comma = ';'
		out.Write([]string{v.T("web.helfo.box"), v.T("web.helfo.field"), v.T("web.helfo.value")})
		for _, b := range boxes {
			for _, p := range b.Pairs {
				out.Write([]string{b.Head, p.Key, table.SafeText(p.Value)})
			}
		}
		out.Flush()
		return out.Error()
	}
	d := v.helfoData(c)
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.json"`)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// helfoData gathers the notice for programs.
func (v *view) helfoData(c desk.Case) helfoData {
	x, p := &c.State, c.Person
	iso := func(d day.Day) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	d := helfoData{Case: caseNumber(c.Tenant, c.ID), Made: v.Today.String(), NotifiedOn: iso(x.HelfoOn), PlacedAt: x.PlacedAt, OnList: law.IsWaiting(&x.Facts, v.Today),
		AwaitsSince: iso(x.HelfoAwaits), ReturnedOn: iso(x.HelfoBack.On), ReturnedWhy: string(x.HelfoBack.Why),
		Patient: helfoPatient{Name: v.givenName(p), Identity: p.Ident, Born: iso(x.Born), Address: p.Address, Postcode: p.Postcode, City: p.City, Phone: p.Phone},
		Unit:    helfoUnit{Provider: x.Holder, Contact: v.s.o.User.Name},
		Care:    helfoCare{Specialty: x.Specialty, Condition: x.Condition, Deadline: iso(x.StartBy), Assessed: iso(x.AssessedOn), ExpectedStart: iso(expectedStart(c))},
		Other:   helfoOther{Seniority: iso(x.Seniority), From: iso(x.Appointment.From), To: iso(x.Appointment.To)}}
	if org, ok := v.s.desk.Org.Provider(x.Holder); ok {
		d.Unit.Name, d.Unit.Organisation = org.Name, org.OrgNr
	}
	if u, ok := v.s.desk.Org.Unit(x.Holder, x.Specialty, v.Today); ok {
		d.Unit.Unit = u.Name
	}
	if x.Condition != "" {
		d.Care.ConditionName = v.condition(x.Specialty, x.Condition, x.AssessedOn)
	}
	if a := x.Appointment; a.HasClock() {
		d.Other.Clock = fmt.Sprintf("%02d:%02d", (a.Minute-1)/60, (a.Minute-1)%60)
	}
	for _, o := range x.Offers {
		one := helfoReply{At: o.At, Start: o.Start.String(), Found: o.MadeOn.String(), Answer: string(o.Answer)}
		if o.Helfo {
			d.Answers = append(d.Answers, one)
		} else {
			d.Other.Offers = append(d.Other.Offers, one)
		}
	}
	return d
}
