package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
	"rettid/words"
)

// A patient asks, and the doctor does not apply: it is registered all the same, with the doctor's reason, so that the silent no is seen and counted, and the patient gets a statement on a renewed assessment
// and the ombud (X-605, X-1016).

const requestURL = exceptionURL + "/spurt/ny"

// requestPlaces are the providers one may register at: those one applies at, and those one writes the letters of.
func (s *site) requestPlaces() []clinic.Provider {
	var out []clinic.Provider
	for _, p := range s.desk.Org.Providers() {
		if p.Kind == clinic.Public && s.registersAt(p.ID) && (s.o.User.Place == "" || s.guarded() || s.o.User.Place == p.ID) {
			out = append(out, p)
		}
	}
	return out
}

func (s *site) registersAt(place string) bool {
	if !s.guarded() {
		return true
	}
	for _, a := range []access.Action{access.ApplyException, access.ExceptionLetter} {
		if slices.ContainsFunc(s.scope(a), func(g access.Grant) bool { return g.Provider == place }) {
			return true
		}
	}
	return false
}

// requestFields are the questions beside who asks.
func (f *form) requestFields(names methodNames) []field {
	v := f.v
	m := field{Name: "metode", Label: v.T("exc.field.method"), Kind: "select", Options: []option{{"", v.T("web.act.choose"), false}}}
	for id := range names {
		m.Options = append(m.Options, option{id, names.of(id), false})
	}
	slices.SortFunc(m.Options[1:], func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	return []field{m, {Name: "annen", Label: v.T("exc.other_method"), Kind: "line", Help: v.T("exc.other_method_help")}, {Name: "onske", Label: v.T("exc.wish"), Kind: "text", Need: true},
		{Name: "legens", Label: v.T("exc.doctors_why"), Kind: "text", Need: true, Help: v.T("exc.doctors_why_help")}}
}

// newRequest shows the form of a patient's own request, or takes it.
func (s *site) newRequest(w http.ResponseWriter, r *http.Request, v *view) error {
	places := s.requestPlaces()
	if len(places) == 0 {
		return denied{"not_for_role"}
	}
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
	}
	v.Here, v.Title = exceptionURL, v.T("exc.ask_without")
	p := exceptionActPage{frame: v.frame, Head: v.Title, Intro: v.T("exc.ask_without_intro"), URL: requestURL, Submit: v.T("verb.register_request"), Case: link{exceptionURL, v.T("exc.menu")}, Key: rand.Text()}
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string)}
	from := r.URL.Query().Get("henvisning")
	if r.Method == http.MethodPost {
		f.typed, p.Key, from = r.PostForm, r.PostForm.Get("key"), r.PostForm.Get("henvisning")
	}
	names, err := s.methodNames(r.Context())
	if err != nil {
		return err
	}
	d := &applicationDraft{place: places[0].ID, tenant: places[0].Trust}
	var ref *referral.Referral
	if from != "" {
		tenant, number, _ := strings.Cut(from, "/")
		if d.Referral, err = strconv.ParseInt(number, 10, 64); err != nil || d.Referral < 1 {
			return desk.ErrMissing
		}
		d.tenant = tenant
		step := ""
		if r.Method == http.MethodGet {
			step = applicationSteps[0] // the look is written down
		}
		if ref, p.Name, p.Facts, err = s.applicant(w, r, v, d, step); err != nil || ref == nil {
			return err
		}
		if d.place = ref.Holder; !slices.ContainsFunc(places, func(p clinic.Provider) bool { return p.ID == d.place }) {
			return denied{"other_provider"}
		}
	} else if at := f.value("sted"); at != "" {
		i := slices.IndexFunc(places, func(p clinic.Provider) bool { return p.ID == at })
		if i < 0 {
			return denied{"other_provider"}
		}
		d.place, d.tenant = places[i].ID, places[i].Trust
	}
	fields := func() []field {
		var out []field
		if ref != nil {
			return append([]field{{Name: "henvisning", Kind: "hidden", Value: from}}, append(f.requestFields(names), f.onField())...)
		}
		if len(places) > 1 {
			x := field{Name: "sted", Label: v.T("exc.trust"), Kind: "select", Need: true}
			for _, y := range places {
				x.Options = append(x.Options, option{y.ID, y.Name, false})
			}
			x.Value = places[0].ID
			out = append(out, x)
		}
		for _, x := range f.applicationFields("pasient", d, names) {
			if x.Name != "avdeling" && x.Name != "tolk" {
				out = append(out, x)
			}
		}
		return append(append(out, f.requestFields(names)...), f.onField())
	}
	show := func(status int) error {
		p.Fields = f.show(fields())
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "exceptionact", v, p)
	}
	if r.Method != http.MethodPost {
		return show(http.StatusOK)
	}
	if done, used, err := s.desk.Ledger.Done(r.Context(), d.tenant, p.Key); err != nil {
		return err
	} else if used {
		http.Redirect(w, r, matterURL(d.tenant, done.Referral)+"?gjort="+strconv.Itoa(done.Seq), http.StatusSeeOther)
		return nil
	}
	on := f.needDay("dato")
	c := &exception.Request{Method: f.method(), Place: d.place, Referral: d.Referral, Wish: exception.Say(f.need("onske")), DoctorsWhy: exception.Say(f.need("legens"))}
	if c.Method == "" {
		f.wrong("metode", "web.act.needed")
	}
	o := desk.MatterOrder{Tenant: d.tenant, Key: p.Key, Known: s.desk.Now(), At: exception.At{On: on, Role: law.Secretary, Actor: s.o.User.ID, Place: d.place}, Do: c}
	if s.guarded() && s.appliesAt(d.place) {
		o.At.Role = law.Specialist
	}
	var who ledger.Person
	if ref != nil {
		c.Patient, c.Born, c.Municipality = ref.Patient, ref.Born, ref.Municipality
		if u, ok := s.desk.Org.Unit(ref.Holder, ref.Specialty, v.Today); ok {
			c.Department = u.ID
		}
		if who, _, err = s.desk.Ledger.Person(r.Context(), d.tenant, ref.Patient); err != nil {
			return err
		}
	} else {
		fresh := false
		if who, fresh, err = f.patientOf(r, d.tenant); err != nil {
			return err
		}
		c.Patient, c.Born, c.Municipality = who.ID, who.Born, who.Municipality
		if fresh {
			o.Person = &who
		}
	}
	if c.Sex = who.Sex; c.Sex == "" {
		if id, err := patient.Identify(who.Ident); err == nil {
			c.Sex, who.Sex = id.Sex, id.Sex
		}
	}
	if len(f.bad) > 0 {
		return show(http.StatusUnprocessableEntity)
	}
	out, status, err := s.takeMatter(r.Context(), v.Lang, o, &p.toldForm)
	if err != nil {
		return err
	}
	if status != 0 {
		return show(http.StatusUnprocessableEntity)
	}
	http.Redirect(w, r, matterURL(d.tenant, out.Matter)+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// askedOn shows what a patient asked for, and what the doctor said.
func (v *view) askedOn(m *exception.Matter, read func(exception.Text) string, names methodNames) []formPart {
	part := formPart{Head: v.T("exc.asked_head")}
	for _, x := range []pair{{"exc.field.method", names.of(m.Method)}, {"exc.wish", read(m.Asked)}, {"exc.doctors_why", read(m.Reason)}} {
		if x.Value != "" {
			part.Pairs = append(part.Pairs, pair{v.T(x.Key), x.Value})
		}
	}
	return []formPart{part}
}

// requestLink is the way to an application from a patient's request, for one who may apply there.
func (s *site) requestLink(v *view, c desk.MatterCase) []doLink {
	m := &c.State
	if m.Kind != law.PatientRequest || !s.can(access.ApplyException, matterAt(c.Tenant, m)).Allowed {
		return nil
	}
	q := url.Values{"sporsmal": {strconv.FormatInt(c.ID, 10)}}
	if m.Referral != 0 {
		q.Set("henvisning", c.Tenant+"/"+strconv.FormatInt(m.Referral, 10))
	}
	return []doLink{{exceptionURL + "/ny?" + q.Encode(), "paper", v.T("exc.apply")}}
}

// copyFile gives the identity-free copy as it was made when it was sent, for one who hands it over.
func (s *site) copyFile(w http.ResponseWriter, r *http.Request, v *view) error {
	c, may, err := s.openMatter(r, access.ExceptionLetter)
	if err != nil {
		return err
	}
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil || may != whole {
		return desk.ErrMissing
	}
	all, err := s.desk.Ledger.MessagesOf(r.Context(), c.Tenant, c.ID)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Seq == seq && m.Kind == desk.CopyMessage {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="kopi-`+strconv.FormatInt(c.ID, 10)+`-`+strconv.Itoa(seq)+`.json"`)
			_, err := w.Write(m.Body)
			return err
		}
	}
	return desk.ErrMissing
}
