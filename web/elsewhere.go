package web

import (
	"net/http"
	"net/url"
	"strconv"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/waitlist"
	"rettid/words"
)

// When a deadline can't be kept where the patient waits, another place is looked for (pbrl. § 2-1 b; guide 9.2: G9.2-1, G9.2-11). The page lists who can take
// the patient and when; the offer, the answer and the patient's own postponement are recorded on the case. Finding nothing, or an offer declined, ends no duty:
// Helfo's stands beside.

type elsewherePage struct {
	*frame
	Head, Name, Facts string
	Case              link
	State             standing
	Dates             []fact
	Duties            []caseDuty
	Places            []elsewhereLine
	Offers            []offerLine
	Answer, Decline   string
	Postpone          string
}

type elsewhereLine struct {
	Name, Unit, Near, Kind string
	Weeks                  []elsewhereWeek
	May                    bool // the one who looks may take a week
	State                  timeCell
	Ask                    string // an offer without a week: when the capacity is not known
}

type elsewhereWeek struct {
	Text, URL string
	Late      bool
}

// elsewhere shows where else the patient can go.
func (s *site) elsewhere(w http.ResponseWriter, r *http.Request, v *view) error {
	tenant := r.PathValue("tenant")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return desk.ErrMissing
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return err
	}
	if !ok {
		return desk.ErrMissing
	}
	if s.guarded() {
		if err := s.actOn(r, x, access.Offer); err != nil {
			return err
		}
	} else if !s.ours(x) {
		http.Redirect(w, r, caseURL(tenant, id), http.StatusSeeOther)
		return nil
	}
	c, err := s.desk.Open(r.Context(), tenant, id, desk.View{}, ledger.Access{Actor: s.o.User.ID, Role: string(s.o.User.Role), Place: s.o.User.Place, Purpose: s.o.User.Purpose})
	if err != nil {
		return err
	}
	f := &c.State.Facts
	at := caseURL(tenant, id)
	p := elsewherePage{frame: v.frame, Head: v.T("web.elsewhere.head"), Name: v.givenName(c.Person), Facts: v.personLine(c), Case: link{at, v.T("web.referral") + " " + caseNumber(tenant, id)}, State: v.standing(&c.State), Dates: v.dates(&c.State),
		Offers: v.offers(&c.State), Postpone: at + "/gjor/postpone"}
	v.Title = p.Head
	v.Here = "/fristbrudd"
	duties, _ := v.caseDuties(&c.State)
	for _, d := range duties {
		if d.Name == law.DutyNotifyHelfo || d.Name == law.DutyTellHelfo || d.Name == law.DutyFindAlternative || d.Name == law.DutyBook {
			if d.Name != law.DutyFindAlternative && d.Name != law.DutyBook {
				d.Act = v.dutyAct(c, d.Name)
			}
			p.Duties = append(p.Duties, d)
		}
	}
	if hasOffer(v, &c.State) && s.mayDo(acts["accept"], c) {
		p.Answer, p.Decline = at+"/gjor/accept", at+"/gjor/decline"
	}
	if !acts["postpone"].offered(v, &c.State) || !s.mayDo(acts["postpone"], c) {
		p.Postpone = ""
	}
	places, err := s.elsewheres(r, v, &c)
	if err != nil {
		return err
	}
	for _, e := range places {
		line := v.elsewhereLine(e, at, f.StartBy)
		line.May = acts["offer"].offered(v, &c.State) && s.mayDo(acts["offer"], c)
		if e.Near == waitlist.SameProvider { // a time in the own house is a booking, not an offer
			line.May = acts["book"].offered(v, &c.State) && s.mayDo(acts["book"], c)
		}
		p.Places = append(p.Places, line)
	}
	return s.render(w, http.StatusOK, "elsewhere", v, p)
}

// elsewheres finds every place that does the field, with its room: numbers of other hospitals and no rows of theirs.
func (s *site) elsewheres(r *http.Request, v *view, c *desk.Case) ([]waitlist.Elsewhere, error) {
	f := &c.State.Facts
	from := mondayOf(v.Today)
	period := day.Period{From: from, To: from.Add(7*capacityWeeks - 1)}
	tenants, err := s.tenants(r.Context(), "")
	if err != nil {
		return nil, err
	}
	planned, err := s.desk.Ledger.CountByWeek(r.Context(), ledger.Query{Tenants: tenants, View: "waiting", Today: v.Today, TimeIn: period}, false)
	if err != nil {
		return nil, err
	}
	own, _ := s.desk.Org.Provider(f.Holder)
	home, known := s.desk.Org.RegionOf(c.State.Municipality, v.Today)
	if !known {
		home = own.Region
	}
	var out []waitlist.Elsewhere
	for _, p := range s.desk.Org.Providers() {
		if p.Kind == clinic.ContractSpecialist || p.Kind == clinic.Private && !p.HasDelegation(v.Today) {
			continue // a private provider needs an agreement (G3.2-7)
		}
		near := waitlist.OtherRegion
		switch {
		case p.ID == own.ID:
			near = waitlist.SameProvider
		case p.Trust == own.Trust:
			near = waitlist.SameTrust
		case p.Region == home:
			near = waitlist.SameRegion
		}
		_, starts, err := s.capacities(r, p.ID)
		if err != nil {
			return nil, err
		}
		for _, u := range p.Units {
			if !u.Does(f.Specialty, v.Today) {
				continue
			}
			e := waitlist.Elsewhere{Provider: p.ID, Unit: u.ID, Name: p.ShortName + ", " + u.Name, Near: near}
			for i := range capacityWeeks {
				at := ledger.UnitWeek{Unit: u.ID, Monday: from.Add(7 * i)}
				n, ok := starts[at]
				if !ok {
					n, ok = u.Weekly, u.Weekly > 0
				}
				if e.Known = e.Known || ok; ok {
					e.Place(waitlist.Week{Monday: at.Monday, Free: n - planned[at]}, f.StartBy, v.Today)
				}
			}
			out = append(out, e)
		}
	}
	waitlist.Order(out)
	return out, nil
}

// shownWeeks is how many weeks of a place are links.
const shownWeeks = 4

func (v *view) elsewhereLine(e waitlist.Elsewhere, at string, deadline day.Day) elsewhereLine {
	p, _ := v.s.desk.Org.Provider(e.Provider)
	out := elsewhereLine{Name: p.ShortName, Unit: v.unitName(e.Provider, e.Unit), Near: v.T("near." + strconv.Itoa(int(e.Near)))}
	if p.Kind == clinic.Private {
		out.Kind = v.T("web.elsewhere.private")
	}
	verb, day1 := "offer", "dag"
	if e.Near == waitlist.SameProvider {
		verb = "book"
	}
	offer := func(monday day.Day) string {
		q := url.Values{"sted": {e.Provider}}
		if verb == "book" {
			q = url.Values{"slag": {"time"}}
		}
		if first := monday; !monday.IsZero() {
			if first.Before(v.Today) {
				first = v.Today
			}
			q.Set(day1, words.FieldDate(first))
		}
		return at + "/gjor/" + verb + "?" + q.Encode()
	}
	switch {
	case len(e.InTime) > 0:
		out.State = timeCell{Icon: "check", State: "done", Text: v.T("web.elsewhere.in_time")}
	case !e.Known:
		out.State = timeCell{Icon: "info", State: "off", Text: v.T("web.elsewhere.unknown")}
		out.Ask = offer(day.Day{})
	case len(e.Later) > 0:
		out.State = timeCell{Icon: "clock", State: "off", Text: v.T("web.elsewhere.later")}
	default:
		out.State = timeCell{Icon: "ban", State: "off", Text: v.T("web.capacity.full")}
	}
	for _, w := range append(e.InTime[:len(e.InTime):len(e.InTime)], e.Later...) {
		if len(out.Weeks) == shownWeeks {
			break
		}
		late := !deadline.Before(v.Today) && w.Monday.After(deadline) // once it is broken every week is after it, and red tells nothing
		out.Weeks = append(out.Weeks, elsewhereWeek{v.weekName(w.Monday) + ": " + v.free(w.Free), offer(w.Monday), late})
	}
	return out
}
