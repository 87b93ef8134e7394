package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
	"rettid/registry"
)

// DemoPapers makes what people of the demonstration have kept beside the referrals: planned capacity, a draft of an assessment and of a referral, saved views, who acts
// for whom, a changed telephone, looks at the records and what came of following them up, a patient without a Norwegian number, a message to the registry. It is made
// once: on a ledger that has such papers nothing is done. Everybody is made up.
func DemoPapers(ctx context.Context, d *desk.Desk) error {
	prefix := draftsOf("u1601")
	if have, err := d.Ledger.Papers(ctx, desk.HouseTenant, desk.ReferralDraftPaper, prefix, 1, 0); err != nil || len(have) > 0 {
		return err
	}
	m := demoPapers{d, d.Ledger, d.Today(), access.DemoPeople().All()}
	for _, x := range []struct {
		what string
		make func(context.Context) error
	}{
		{"capacity", m.capacity}, {"views", m.views}, {"drafts of assessments", m.assessments}, {"who acts for whom", m.actsFor}, {"looks", m.looks}, {"a newborn", m.newborn}, {"a message to the registry", m.registry},
		{"drafts of referrals", m.referrals}, // last, for it tells that the rest is made
	} {
		if err := x.make(ctx); err != nil {
			return fmt.Errorf("demonstration papers: %s: %w", x.what, err)
		}
	}
	return nil
}

type demoPapers struct {
	d      *desk.Desk
	l      *ledger.Ledger
	today  day.Day
	people []access.User
}

// at is a moment some days ago, in UTC microseconds.
func (m *demoPapers) at(daysAgo, minute int) int64 {
	return min(day.Moment{Day: m.today.Add(-daysAgo), Minute: int16(minute)}.Time().UTC().UnixMicro(), m.d.Now().UTC().UnixMicro())
}

// put adds a version of a paper.
func (m *demoPapers) put(ctx context.Context, p ledger.Paper, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	was, _, err := m.l.Paper(ctx, p.Tenant, p.Kind, p.ID)
	if err != nil {
		return err
	}
	p.Seq, p.Body = was.Seq, b
	_, err = m.l.PutPaper(ctx, p)
	return err
}

// has tells whether the trust has any referral: a demonstration can be of one region.
func (m *demoPapers) has(ctx context.Context, tenant string) (bool, error) {
	tenants, err := m.l.Tenants(ctx)
	return slices.Contains(tenants, tenant), err
}

// capacity: the units of managers and booking plan fewer starts around Christmas and Easter, and some more before.
func (m *demoPapers) capacity(ctx context.Context) error {
	for _, u := range m.people {
		for _, g := range u.Roles {
			p, ok := m.d.Org.Provider(g.Provider)
			if !ok || g.Role != access.Manager || g.Unit == "" {
				continue
			}
			if some, err := m.has(ctx, p.Trust); err != nil || !some {
				if err != nil {
					return err
				}
				continue
			}
			i := slices.IndexFunc(p.Units, func(x clinic.Unit) bool { return x.ID == g.Unit })
			if i < 0 || p.Units[i].Weekly == 0 {
				continue
			}
			for n := range 10 {
				monday := mondayOf(m.today).Add(7 * n)
				share := []int{100, 95, 100, 80, 110}[n%5]
				if _, week := monday.ISOWeek(); week >= 52 || week == 1 {
					share = 30
				}
				if share == 100 {
					continue
				}
				if err := m.put(ctx, ledger.Paper{Tenant: p.Trust, Kind: capacityKind, ID: url.PathEscape(p.ID) + "/" + url.PathEscape(g.Unit) + "/" + weekWord(monday), At: m.at(12, 10*60+n), Actor: u.ID}, keptCapacity{Starts: max(1, p.Units[i].Weekly*share/100)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// views: some have views of their own, and share one with the unit.
func (m *demoPapers) views(ctx context.Context) error {
	for i, u := range m.people {
		g, ok := u.Main(m.today)
		p, known := m.d.Org.Provider(g.Provider)
		if !ok || !known || g.Role != access.Booking && g.Role != access.Intake && g.Role != access.Manager && g.Role != access.LetterOffice {
			continue
		}
		add := func(id, name, query string, shared bool) error {
			prefix := "own/" + url.PathEscape(u.ID) + "/"
			if shared {
				prefix = "unit/" + url.PathEscape(g.Provider) + "/" + url.PathEscape(g.Unit) + "/"
			}
			return m.put(ctx, ledger.Paper{Tenant: p.Trust, Kind: viewKind, ID: prefix + "DEMO" + id, At: m.at(30-i%20, 9*60), Actor: u.ID}, keptView{Name: name, Query: query, Owner: u.ID, By: u.Name})
		}
		if err := errors.Join(add("1", "Uten time, eldste først", "visning=uten-time", false), add("2", "Over fristen", "visning=over", g.Role == access.Booking || g.Role == access.Manager)); err != nil {
			return err
		}
	}
	return nil
}

// assessments: some assessors have begun on one that waits for them.
func (m *demoPapers) assessments(ctx context.Context) error {
	typed := []url.Values{
		{"nytte": {"ja"}, "kostnad": {"ja"}, "begrunnelse": {"Tydelig funksjonsfall siste halvår. Vil se på bildene før fristen settes."}},
		{"nytte": {"tvil"}, "begrunnelse": {"Usikker på nytten. Spør en kollega."}},
	}
	n := 0
	for _, u := range m.people {
		g, ok := u.Main(m.today)
		p, known := m.d.Org.Provider(g.Provider)
		if !ok || !known || g.Role != access.Assessor {
			continue
		}
		rows, _, err := m.l.List(ctx, ledger.Query{Tenant: p.Trust, Provider: p.ID, View: "not_assessed+unassessed", Today: m.today, Sort: "arrival", Limit: 200})
		if err != nil {
			return err
		}
		begun := 0
		for _, row := range rows {
			x, err := readState(row)
			if err != nil {
				return err
			}
			unit, _ := m.d.Org.Unit(x.Holder, x.Specialty, m.today)
			mine := x.Draft == u.ID
			if begun == 2 || !mine && (x.Status != law.Received || x.Draft != "" || unit.ID != g.Unit || begun > 0) {
				continue
			}
			if !mine {
				_, err := m.d.Take(ctx, desk.Order{Tenant: row.Tenant, Referral: row.Referral, Key: "demo/begin/" + u.ID, Known: m.d.Now(), At: referral.At{On: m.today, Minute: -1, Role: law.Specialist, Actor: u.ID, Place: p.ID}, Do: &referral.Begin{}})
				var refusal *referral.Refusal
				if errors.As(err, &refusal) {
					continue
				}
				if err != nil {
					return err
				}
			}
			k := draftKey{tenant: row.Tenant, id: row.Referral, user: u.ID + "/" + p.ID}
			if err := m.put(ctx, ledger.Paper{Tenant: row.Tenant, Kind: draftPapers, ID: k.paper(), At: m.at(n%3, 8*60+17*n%400), Actor: u.ID}, typed[n%len(typed)]); err != nil {
				return err
			}
			begun++
			n++
		}
	}
	return nil
}

// actsFor: the parent and the guardian one can be are recorded where staff see it, and one patient has a new telephone.
func (m *demoPapers) actsFor(ctx context.Context) error {
	some, err := chooseDemo(ctx, m.d)
	if err != nil {
		return err
	}
	recorded := make(map[access.PatientID]bool)
	for _, u := range some {
		if !strings.HasPrefix(u.ID, "rep-") {
			continue
		}
		for _, g := range u.Roles {
			// Nobody signs in by number here; the digest is what makes the id the one chosen at the door.
			x := standIn{Digest: strings.TrimPrefix(u.ID, "rep-"), Name: u.Name, As: "parent", Basis: "Folkeregisteret, oppdiktet", From: g.In.From}
			if u.ID == "rep-2" {
				x.As, x.Basis = "guardian", "Vedtak 2026/1234, oppdiktet statsforvalter"
			}
			recorded[g.Patient] = true
			who := []ledger.Paper{{Tenant: g.Patient.Tenant, Kind: actsForPaper, ID: g.Patient.ID, At: m.at(150, 11*60), Actor: m.staff(g.Patient.Tenant)}}
			if err := m.put(ctx, who[0], actsFor{People: []standIn{x}}); err != nil {
				return err
			}
			of, _, err := m.l.Paper(ctx, g.Patient.Tenant, actsForOfPaper, x.Digest)
			if err != nil {
				return err
			}
			var whose []string
			if len(of.Body) > 0 {
				if err := json.Unmarshal(of.Body, &whose); err != nil {
					return err
				}
			}
			if err := m.put(ctx, ledger.Paper{Tenant: g.Patient.Tenant, Kind: actsForOfPaper, ID: x.Digest, At: m.at(150, 11*60), Actor: m.staff(g.Patient.Tenant)}, append(whose, g.Patient.ID)); err != nil {
				return err
			}
		}
	}
	changed := 0
	for _, u := range some {
		if len(u.Roles) == 0 || u.Roles[0].Role != access.Patient || recorded[u.Roles[0].Patient] || changed == 3 {
			continue
		}
		who := u.Roles[0].Patient
		p, ok, err := m.l.Person(ctx, who.Tenant, who.ID)
		if err != nil || !ok {
			return err
		}
		is := contactOf(p)
		was := is
		was.Phone = fmt.Sprintf("998000%02d", 11+changed)
		if changed == 1 {
			was.Address, was.Language = "Gamleoppdikt 3", "nn"
		}
		body := struct {
			Was contactDetails `json:"was"`
			Is  contactDetails `json:"is"`
		}{was, is}
		if err := m.put(ctx, ledger.Paper{Tenant: who.Tenant, Kind: contactPaper, ID: who.ID, At: m.at(9+changed, 20*60), Actor: u.ID}, body); err != nil {
			return err
		}
		changed++
	}
	return nil
}

// staff is one of intake in a trust.
func (m *demoPapers) staff(tenant string) string {
	for _, u := range m.people {
		for _, g := range u.Roles {
			if p, ok := m.d.Org.Provider(g.Provider); ok && p.Trust == tenant && g.Role == access.Intake {
				return u.ID
			}
		}
	}
	return "demo"
}

// looks: people look at what their work asks for; a few look at something else, with a reason, and some of that is followed up.
func (m *demoPapers) looks(ctx context.Context) error {
	tenants, err := m.l.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		rows, _, err := m.l.List(ctx, ledger.Query{Tenant: t, Limit: 60, Desc: true})
		if err != nil {
			return err
		}
		saw := func(row ledger.Row, u access.User, g access.Grant, purpose string, daysAgo, minute int) error {
			return m.l.Saw(ctx, ledger.Access{Tenant: t, Patient: row.Patient, Referral: row.Referral, Actor: u.ID, Role: string(g.Role.Law()), Place: g.Provider, Purpose: purpose, At: m.at(daysAgo, minute)})
		}
		outside := 0
		for i, row := range rows {
			x, err := readState(row)
			if err != nil {
				return err
			}
			c := access.Case{Patient: access.PatientID{Tenant: t, ID: row.Patient}, Holder: x.Holder, Specialty: x.Specialty}
			if unit, ok := m.d.Org.Unit(x.Holder, x.Specialty, m.today); ok {
				c.Unit = unit.ID
			}
			n := 0
			for j, u := range m.people {
				d := access.Decide(u, access.Open, c, m.today)
				g, ok := u.Main(m.today)
				switch {
				case !ok || g.Role.Law() == law.Patient:
				case d.Allowed && n < 2 && (i+j)%2 == 0:
					n++
					if err := saw(row, u, d.As, access.Purpose(d.As.Role), min((i+3*j)%25, m.today.Sub(row.Received)), 8*60+(37*i+11*j)%480); err != nil {
						return err
					}
				case d.NeedsReason && outside < 6 && i%8 == 3 && n < 3 && (i+j)%5 == 0:
					n = 3
					reasons := access.Reasons(d.As.Role)
					ago := min(1+(5*outside)%23, m.today.Sub(row.Received))
					purpose := reasons[outside%len(reasons)]
					if err := saw(row, u, d.As, purpose, ago, 9*60+53*outside); err != nil {
						return err
					}
					if v := []review{{Verdict: "fine"}, {}, {Verdict: "ask", Reason: "Ikke nevnt i vaktlisten. Spurt skriftlig."}, {}, {}, {}}[outside]; v.Verdict != "" {
						id := fmt.Sprintf("%s/%d/%s/%s", m.today.Add(-ago), row.Referral, u.ID, purpose)
						if err := m.put(ctx, ledger.Paper{Tenant: t, Kind: reviewPaper, ID: id, At: m.at(max(0, ago-1), 14*60), Actor: "u1903"}, v); err != nil {
							return err
						}
					}
					outside++
				}
			}
		}
	}
	return nil
}

// newborn: a referral of a newborn without a number, from the referrer one can be, and a visitor's.
func (m *demoPapers) newborn(ctx context.Context) error {
	p, ok := m.d.Org.Provider("FJO")
	if some, err := m.has(ctx, p.Trust); err != nil || !some || !ok {
		return err
	}
	for i, x := range []struct {
		given, family, sex, specialty, text string
		born                                day.Day
		known                               patient.Unnumbered
	}{
		{"Nyfødt", "Barseldummy", patient.Female, "paediatrics", "Bilyd på hjertet ved hjemmebesøk. Trives, tar til seg næring.", m.today.Add(-6), patient.Unnumbered{Why: patient.Newborn, Proof: patient.NoProof}},
		{"Tove", "Turistfiktiv", patient.Female, "orthopaedics", "Brudd i håndleddet på fjelltur. Gipset ved legevakt.", day.On(1984, 3, 14), patient.Unnumbered{Why: patient.Abroad, Proof: patient.Passport, Number: "X0000000", Country: "Sverige"}},
	} {
		id := fmt.Sprintf("demo-uten-%d", i+1)
		who := ledger.Person{Tenant: p.Trust, ID: id, Given: x.given, Family: x.family, Born: x.born, Sex: x.sex, Language: "nb", More: x.known.Marshal()}
		at := day.Moment{Day: m.today.Add(-1 - i), Minute: 10*60 + 20}
		_, err := m.d.Take(ctx, desk.Order{Tenant: p.Trust, Key: "demo/" + id, Known: at.Time(), Person: &who, At: referral.At{On: at.Day, Minute: -1, Role: law.Referrer, Actor: "u1601", Place: "GP01"},
			Do: &referral.Receive{Place: p.ID, Patient: id, Born: x.born, Specialty: x.specialty, Kind: law.Elective, From: referral.From{Role: "gp", Provider: "GP01", HPR: "990000101"}, Text: referral.Text{Words: x.text}}})
		var refusal *referral.Refusal
		if err != nil && !errors.As(err, &refusal) {
			return err
		}
	}
	return nil
}

// registry: last month's message of one site is made, and sent.
func (m *demoPapers) registry(ctx context.Context) error {
	year, month, _ := m.today.Date()
	year, month, _ = day.On(year, month, 1).Add(-1).Date()
	for _, at := range []registry.Scope{{Provider: "FJO", Site: "FJO-F"}, {Provider: "FJO", Site: "FJO-H"}} {
		p, ok := m.d.Org.Provider(at.Provider)
		if some, err := m.has(ctx, p.Trust); err != nil || !some || !ok {
			return err
		}
		at.Period = fmt.Sprintf("%d-%02d", year, month)
		x := &registry.Registry{Desk: m.d, Version: "1"}
		made, err := x.Make(ctx, registry.Making{Scope: at, Actor: "u1901", Keep: true})
		if err != nil {
			return err
		}
		if at.Site == "FJO-F" {
			if _, err := x.MarkSent(ctx, at, made.Message.Number, "u1901"); err != nil {
				return err
			}
		}
	}
	return nil
}

// referrals: what the referrers have begun on.
func (m *demoPapers) referrals(ctx context.Context) error {
	number, _ := patient.MakeSynthetic(day.On(1961, 2, 17), 150, true)
	for i, x := range []struct {
		user  string
		days  int
		typed url.Values
	}{
		{"u1603", 3, url.Values{"fornavn": {"Gunnar"}, "etternavn": {"Tenktsen"}, "fag": {"cardiology"}, "punkt-problem": {"Tung pust ved gange i motbakke."}}},
		{"u1602", 1, url.Values{"fornavn": {"Liv"}, "etternavn": {"Skissesen"}, "fag": {"dermatology"}, "punkt-problem": {"Føflekk som har endret seg."}}},
		{"u1601", 20, url.Values{"fornavn": {"Arnfinn"}, "etternavn": {"Oppdiktet"}, "fag": {"urology"}, "punkt-problem": {"Hyppig vannlating om natten."}, "punkt-history": {"Det siste året."}}},
		{"u1601", 0, url.Values{"nummer": {number}, "fornavn": {"Frøydis"}, "etternavn": {"Eksempelsen"}, "fag": {"orthopaedics"}, "sted": {"FJO"}, "punkt-problem": {"Vondt i høyre hofte."}, "punkt-history": {"Økende i to år. Går med stokk."}, "punkt-findings": {"Innskrenket rotasjon. Røntgen bestilt."}}},
	} {
		key := fmt.Sprintf("DEMODEMODEMODEMOUTKAST%s", []string{"AAAA", "BBBB", "CCCC", "DDDD"}[i])
		x.typed.Set("key", key)
		p := ledger.Paper{Tenant: desk.HouseTenant, Kind: desk.ReferralDraftPaper, ID: draftsOf(x.user) + draftOf(key), At: m.at(x.days, 7*60+40), Actor: x.user}
		if err := m.put(ctx, p, desk.ReferralDraft{Typed: x.typed}); err != nil {
			return err
		}
	}
	return nil
}
