package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
)

// Patients finds the patient who signs in, or the one who acts for patients, by an identity number that has been checked: the same person has an id of
// their own in each trust's records. people and key are for representatives, who stand in the people file by the digest of their number; nil and none
// leave them out. The number is looked up and written nowhere.
func Patients(d *desk.Desk, people *access.People, key []byte) func(context.Context, patient.Identity) (access.User, bool, error) {
	return func(ctx context.Context, pid patient.Identity) (access.User, bool, error) {
		tenants, err := d.Ledger.Tenants(ctx)
		if err != nil {
			return access.User{}, false, err
		}
		var u access.User
		for _, t := range tenants {
			p, ok, err := d.Ledger.PersonByIdent(ctx, t, string(pid.Kind), pid.Number)
			if err != nil {
				return access.User{}, false, err
			}
			if !ok || p.Erased != 0 {
				continue
			}
			if u.ID == "" {
				u = patientUser(p)
			}
			u.Roles = append(u.Roles, access.Grant{Role: access.Patient, Patient: access.PatientID{Tenant: t, ID: p.ID}})
		}
		if len(key) > 0 {
			if r, ok := people.ByPid(access.PidDigest(key, pid.Number)); ok {
				for _, g := range r.Roles {
					if g.Role == access.Representative {
						u.Roles = append(u.Roles, g)
						u.ID = r.ID // what they do for others is done by them, and not by a patient
					}
				}
				if u.Name == "" {
					u.Name, u.Language = r.Name, r.Language
				}
			}
		}
		if len(key) > 0 {
			id, name, grants, err := standInGrants(ctx, d.Ledger, tenants, access.PidDigest(key, pid.Number))
			if err != nil {
				return access.User{}, false, err
			}
			if u.Roles = append(u.Roles, grants...); len(grants) > 0 {
				if _, known := people.ByID(u.ID); !known { // what they do for others is done by them
					u.ID = id
				}
				if u.Name == "" {
					u.Name = name
				}
			}
		}
		return u, u.ID != "" && len(u.Roles) > 0, nil
	}
}

// patientUser is a patient as one who is signed in. The id is of the records, and tells nothing of who it is.
func patientUser(p ledger.Person) access.User {
	return access.User{ID: "pas-" + p.Tenant + "-" + p.ID, Name: strings.TrimSpace(p.Given + " " + p.Family), Language: p.Language}
}

// ownPages tells whether the one who looks is a patient or acts for one, and nothing else.
func (s *site) ownPages() bool {
	return s.only(func(r access.Role) bool { return r == access.Patient || r == access.Representative })
}

// refers tells whether the one who looks refers patients, or works where it is done, and nothing else.
func (s *site) refers() bool {
	return s.only(func(r access.Role) bool { return r == access.Referrer || r == access.ReferrerOffice })
}

// only tells whether every role of the one who looks, of those in force, is among some; one without roles has none of them.
func (s *site) only(some func(access.Role) bool) bool {
	if !s.guarded() {
		return false
	}
	n := 0
	for _, g := range s.user.Roles {
		if g.InForce(s.desk.Today()) {
			if !some(g.Role) {
				return false
			}
			n++
		}
	}
	return n > 0
}

// outsideWay leads a patient or a referrer from the page of a case to their own page of it: theirs is in other words.
func (s *site) outsideWay(r *http.Request) (string, bool) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/sak/")
	if !ok {
		return "", false
	}
	at := "/meg"
	switch {
	case s.ownPages():
	case s.refers():
		at = "/henviser"
	default:
		return "", false
	}
	if part := strings.SplitN(rest, "/", 3); len(part) > 1 && legible(r) {
		return at + "/sak/" + pathPart(part[0]) + "/" + pathPart(part[1]), true
	}
	return at, true
}

// A whose is a patient the one who looks may see: themselves, or one they act for.
type whose struct {
	grant  access.Grant
	person ledger.Person
	other  bool // acts for them
}

// patientsOf are the patients the one who looks may see today: each by a grant in force, and those they act for as long as the law lets them
// (law.MayActFor).
func (s *site) patientsOf(ctx context.Context) ([]whose, error) {
	today := s.desk.Today()
	var out []whose
	for _, g := range s.user.Roles {
		if !g.InForce(today) || g.Role != access.Patient && g.Role != access.Representative {
			continue
		}
		p, ok, err := s.desk.Ledger.Person(ctx, g.Patient.Tenant, g.Patient.ID)
		if err != nil {
			return nil, err
		}
		if !ok || p.Erased != 0 {
			continue
		}
		w := whose{grant: g, person: p, other: g.Role == access.Representative}
		if w.other {
			if still, err := s.stillActs(ctx, g); err != nil {
				return nil, err
			} else if !still {
				continue
			}
			wish, err := s.hidden(ctx, p)
			if err != nil {
				return nil, err
			}
			if !law.MayActFor(p.Born, g.In.From, wish.Hide, today, s.desk.Law(today)) {
				continue
			}
		}
		out = append(out, w)
	}
	return out, nil
}

// A hide is a child's own wish that parents do not see the case (pbrl. § 3-4), as it is kept beside the referrals.
type hide struct {
	Hide bool `json:"hide"`
	seq  int
}

const hidePaper = desk.HidePaper

// hidden reads the wish of a patient; none is no wish.
func (s *site) hidden(ctx context.Context, p ledger.Person) (hide, error) {
	var h hide
	x, ok, err := s.desk.Ledger.Paper(ctx, p.Tenant, hidePaper, p.ID)
	if err != nil || !ok || x.Gone {
		return h, err
	}
	h.seq = x.Seq
	return h, json.Unmarshal(x.Body, &h)
}

// setHidden records the wish, or that it is taken back, beside what it was before.
func (s *site) setHidden(ctx context.Context, p ledger.Person, yes bool) error {
	was, err := s.hidden(ctx, p)
	if err != nil || was.Hide == yes {
		return err
	}
	body, err := json.Marshal(hide{Hide: yes})
	if err != nil {
		return err
	}
	_, err = s.desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: p.Tenant, Kind: hidePaper, ID: p.ID, Seq: was.seq, At: s.desk.Now().UTC().UnixMicro(), Actor: s.o.User.ID, Body: body})
	return err
}

// theirs finds a case and whose it is, for one who may do the action with it. One that is not theirs is not there: an address tells nobody that there is
// such a case.
func (s *site) theirs(r *http.Request, a access.Action) (ledger.Row, whose, error) {
	tenant, id, ok := caseOfPath(r)
	if !ok {
		return ledger.Row{}, whose{}, desk.ErrMissing
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return x, whose{}, err
	}
	if !ok {
		return x, whose{}, desk.ErrMissing
	}
	c, err := s.rowCase(x)
	if err != nil {
		return x, whose{}, err
	}
	mine, err := s.patientsOf(r.Context())
	if err != nil {
		return x, whose{}, err
	}
	for _, w := range mine {
		one := access.User{ID: s.user.ID, Roles: []access.Grant{w.grant}}
		if w.grant.Patient == c.Patient && access.Decide(one, access.Open, c, s.desk.Today()).Allowed {
			if d := access.Decide(one, a, c, s.desk.Today()); !d.Allowed {
				return x, w, denied{d.Why}
			}
			s.as(w.grant)
			return x, w, nil
		}
	}
	return x, whose{}, desk.ErrMissing
}

// seen opens a case for a patient, one who acts for them or a referrer: the look is written down before anything is shown.
func (s *site) seen(r *http.Request, x ledger.Row) (desk.Case, error) {
	u := s.o.User
	return s.desk.Open(r.Context(), x.Tenant, x.Referral, desk.View{}, ledger.Access{Actor: u.ID, Role: string(u.Role), Place: u.Place, Purpose: u.Purpose})
}

// DemoPatients chooses made-up patients one can be in the demonstration: of different states, a child with a parent, and one with a guardian. They are
// chosen once.
func DemoPatients(d *desk.Desk) func(context.Context) ([]access.User, error) {
	var mu sync.Mutex
	var chosen []access.User
	return func(ctx context.Context) ([]access.User, error) {
		mu.Lock()
		defer mu.Unlock()
		if chosen == nil {
			some, err := chooseDemo(ctx, d)
			if err != nil {
				return nil, err
			}
			chosen = some
		}
		return slices.Clone(chosen), nil
	}
}

// demoStates are what the patients of the demonstration show, one of each.
var demoStates = []func(x *referral.Referral, today day.Day, s *law.Settings) bool{
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // with a time before the deadline
		return law.IsWaiting(&x.Facts, today) && x.Appointment.HasClock() && x.Appointment.From.After(today.Add(5)) && x.Appointment.To.Before(x.StartBy)
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // without a time
		return law.IsWaiting(&x.Facts, today) && x.Appointment.IsZero() && x.StartBy.After(today.Add(14))
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // the deadline is broken
		return law.Breach(&x.Facts, today, s).Value == law.Occurred && law.IsWaiting(&x.Facts, today)
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // an offer to answer
		return law.IsWaiting(&x.Facts, today) && slices.ContainsFunc(x.Offers, func(o law.Offer) bool { return o.Answer == law.Unanswered && !o.Start.Before(today) })
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { return x.Right == law.NotGranted },
	func(x *referral.Referral, today day.Day, s *law.Settings) bool {
		return x.Right == law.Pending && x.Open() && x.InfoAskedOn.IsZero()
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // something is asked for
		return x.Right == law.Pending && x.Open() && !x.InfoAskedOn.IsZero() && x.InfoGotOn.IsZero()
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { return x.Status == law.Started },
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // a child
		return x.Open() && !x.Born.IsZero() && day.Age(x.Born, today) < 12
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // a young one who may say that parents do not see
		return x.Open() && law.MayWish(x.Born, today, s)
	},
	func(x *referral.Referral, today day.Day, s *law.Settings) bool { // an old one with a guardian
		return x.Open() && !x.Born.IsZero() && day.Age(x.Born, today) > 85
	},
}

func chooseDemo(ctx context.Context, d *desk.Desk) ([]access.User, error) {
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	today := d.Today()
	found := make([]access.User, len(demoStates))
	taken := make(map[access.PatientID]bool)
	left := len(demoStates)
	for _, t := range tenants {
		const step = 500
		for at := 0; at < 3000 && left > 0; at += step {
			rows, _, err := d.Ledger.List(ctx, ledger.Query{Tenant: t, Limit: step, Offset: at, Desc: true})
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				x, err := readState(row)
				if err != nil {
					return nil, err
				}
				who := access.PatientID{Tenant: t, ID: x.Patient}
				for i, fits := range demoStates {
					if found[i].ID != "" || taken[who] || !fits(&x, today, d.Law(today)) {
						continue
					}
					p, ok, err := d.Ledger.Person(ctx, t, x.Patient)
					if err != nil {
						return nil, err
					}
					if ok && p.Erased == 0 && p.Family != "" && len(p.More) == 0 { // not one without a Norwegian number
						found[i] = patientUser(p)
						found[i].Roles = []access.Grant{{Role: access.Patient, Patient: who}}
						taken[who] = true
						left--
					}
				}
			}
			if len(rows) < step {
				break
			}
		}
	}
	var out []access.User
	for _, u := range found {
		if u.ID != "" {
			out = append(out, u)
		}
	}
	// One parent of the child and the young one, and a guardian of the old one.
	parent := access.User{ID: "rep-1", Name: "Fiktiv Forelder"}
	for _, i := range []int{len(demoStates) - 3, len(demoStates) - 2} {
		if found[i].ID != "" {
			parent.Roles = append(parent.Roles, access.Grant{Role: access.Representative, Patient: found[i].Roles[0].Patient})
		}
	}
	if len(parent.Roles) > 0 {
		out = append(out, parent)
	}
	if old := found[len(demoStates)-1]; old.ID != "" {
		out = append(out, access.User{ID: "rep-2", Name: "Vilja Verge-Attrapp", Roles: []access.Grant{{Role: access.Representative, Patient: old.Roles[0].Patient, In: day.Period{From: today.Add(-200)}}}})
	}
	return out, nil
}

// demoAbout tells what the case of one of the demonstration's patients shows.
func (s *site) demoAbout(ctx context.Context, v *view, g access.Grant) string {
	if g.Role != access.Patient && g.Role != access.Representative {
		return ""
	}
	rows, _, err := s.desk.Ledger.List(ctx, ledger.Query{Tenant: g.Patient.Tenant, Patients: []string{g.Patient.ID}, Limit: 1, Desc: true})
	if err != nil || len(rows) == 0 {
		return "" // the page of one who is chosen tells what failed
	}
	x, err := readState(rows[0])
	if err != nil {
		return ""
	}
	return " · " + lowerFirst(v.standing(&x).Head)
}
