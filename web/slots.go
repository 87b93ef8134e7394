package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/referral"
	"rettid/waitlist"
	"rettid/words"
)

// Free times, and who can be offered them: those whose deadline is nearest, of those the time suits (package waitlist decides).

const (
	offeredEach = 3   // who are shown for a slot
	lookedAt    = 400 // of those who wait, the nearest deadline first
	mostSlots   = 40  // on the page
)

type slotsPage struct {
	*frame
	Head, Sub string
	Picks     []pick
	Slots     []slotLine
	More      int
	Fields    []field
	Provider  string
	Capacity  link
	Wrong     string
	Done      string
}

type slotLine struct {
	ID         string
	On         day.Day
	When       string
	Field      string
	Unit, Why  string
	Candidates []candidateLine
}

type candidateLine struct {
	ID, URL, Name, Year string
	Left                string
	State               string
	Has, Fit            string
	Seq                 int
	Label               string
}

func (v *view) slotWhen(f desk.FreeSlot) string {
	return v.whenLong(law.Appointment{From: f.On, To: f.On, Minute: f.Minute})
}

func asSlot(f desk.FreeSlot) waitlist.Slot {
	return waitlist.Slot{Provider: f.Provider, Site: f.Site, Unit: f.Unit, Specialty: f.Specialty, On: f.On, Minute: f.Minute, What: f.What, Form: f.Form}
}

// candidates finds who can be offered a slot, the nearest deadline first.
func (s *site) candidates(ctx context.Context, f desk.FreeSlot, today day.Day, taken map[string]bool) ([]row, []waitlist.Fit, error) {
	var some []ledger.Row
	var fits []waitlist.Fit
	n := 0
	err := s.each(ctx, ledger.Query{Provider: f.Provider, Specialty: f.Specialty, View: "waiting", Today: today, Sort: "left"}, 100, func(x ledger.Row) (bool, error) {
		if n++; n > lookedAt || !s.ours(x) {
			return n <= lookedAt, nil
		}
		state, err := readState(x)
		if err != nil {
			return false, err
		}
		fit := waitlist.Suits(&state, asSlot(f), today)
		if fit == waitlist.NoFit || taken[caseNumber(x.Tenant, x.Referral)] || !s.can(access.Book, s.caseOf(x.Tenant, &state)).Allowed {
			return true, nil
		}
		some, fits = append(some, x), append(fits, fit)
		return len(some) < offeredEach, nil
	})
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.whole(ctx, some)
	return rows, fits, err
}

func (s *site) freeSlots(w http.ResponseWriter, r *http.Request, v *view) error {
	done := ""
	if r.URL.Query().Get("gjort") == "1" {
		done = v.T("web.slots.booked")
	}
	if r.URL.Query().Get("ledig") == "nei" {
		done += " " + v.notOffered().Text
	}
	return s.slotsPage(w, r, v, http.StatusOK, nil, "", done)
}

func (s *site) slotsPage(w http.ResponseWriter, r *http.Request, v *view, status int, form *form, wrong, done string) error {
	f := s.readFilter(r)
	if form != nil {
		f.Provider = form.value("sykehus")
	}
	f.Provider = s.ownProvider(f)
	v.Here, v.Title = "/kapasitet", v.T("web.slots.head")
	p := slotsPage{frame: v.frame, Head: v.Title, Sub: v.provider(f.Provider) + " · " + v.Longday(), Provider: f.Provider, Wrong: wrong, Done: done, Capacity: link{"/kapasitet?sykehus=" + url.QueryEscape(f.Provider), v.T("web.capacity.head")}}
	picked := v.pickProvider(f)
	picked.Options = slices.DeleteFunc(picked.Options, func(o option) bool { return o.Value == everywhere })
	p.Picks = []pick{picked, v.pickSpecialty(f)}
	papers, slots, err := s.desk.Slots(r.Context(), f.Provider, "")
	if err != nil {
		return err
	}
	units := s.unitsOf(f.Provider, access.Book)
	for i, x := range slots {
		if f.Specialty != "" && x.Specialty != f.Specialty || !slices.ContainsFunc(units, func(u clinic.Unit) bool { return u.ID == x.Unit || u.Does(x.Specialty, v.Today) }) {
			continue
		}
		if len(p.Slots) == mostSlots {
			p.More++
			continue
		}
		line := slotLine{ID: papers[i].ID, On: x.On, When: v.slotWhen(x), Field: v.specialty(x.Specialty), Unit: v.unitName(x.Provider, x.Unit), Why: v.T("slot.why." + x.Why)}
		if !words.Has(words.NB, "slot.why."+x.Why) {
			line.Why = v.T("slot.why.moved")
		}
		rows, fits, err := s.candidates(r.Context(), x, v.Today, nil)
		if err != nil {
			return err
		}
		for j, c := range rows {
			facts := &c.State.Facts
			one := candidateLine{ID: c.Tenant + "/" + strconv.FormatInt(c.Referral, 10), URL: caseURL(c.Tenant, c.Referral), Name: v.name(c.Person), Year: born(facts.Born, c.Person.Born), Fit: v.T("fit." + string(fits[j])), Seq: c.State.Seq,
				State: pressing(facts, v.Today, s.desk.Settings)}
			if !facts.StartBy.IsZero() {
				one.Left = v.T("field.deadline") + " " + v.short(facts.StartBy)
			} else {
				one.Left = v.T("time.no_deadline")
			}
			if !facts.Appointment.IsZero() {
				one.Has = v.T("web.slots.has", v.when(facts.Appointment))
			}
			one.Label = v.T("web.slots.book_for", one.Name, line.When)
			line.Candidates = append(line.Candidates, one)
		}
		p.Slots = append(p.Slots, line)
	}
	if form == nil {
		form = newForm(v)
	}
	p.Fields = form.show(slotFields(v, units))
	return s.render(w, status, "slots", v, p)
}

func newForm(v *view) *form {
	return &form{v: v, x: new(referral.Referral), bad: make(map[string][]string)}
}

// slotFields ask for a free time that no referral gave up.
func slotFields(v *view, units []clinic.Unit) []field {
	var some []option
	for _, u := range units {
		for _, sp := range u.Specialties {
			if sp == "*" {
				for _, x := range clinic.Specialties() {
					some = append(some, option{u.ID + " " + x.Key, u.Name + ", " + lowerFirst(v.specialty(x.Key)), false})
				}
				continue
			}
			some = append(some, option{u.ID + " " + sp, u.Name + ", " + lowerFirst(v.specialty(sp)), false})
		}
	}
	slices.SortFunc(some, func(a, b option) int { return words.Compare(v.Lang, a.Text, b.Text) })
	return []field{{Name: "enhet", Label: v.T("web.slots.unit"), Kind: "select", Options: append([]option{{"", v.T("web.act.choose"), false}}, some...), Need: true},
		{Name: "dag", Label: v.T("web.act.day"), Kind: "day", Need: true}, {Name: "klokke", Label: v.T("web.act.clock"), Kind: "clock"}}
}

// changeSlots adds a free time, takes one away, or gives one to somebody.
func (s *site) changeSlots(w http.ResponseWriter, r *http.Request, v *view) error {
	if err := readPlainForm(w, r); err != nil {
		return err
	}
	f := newForm(v)
	f.typed = r.PostForm
	provider := f.value("sykehus")
	units := s.unitsOf(provider, access.Book)
	if len(units) == 0 {
		return desk.ErrMissing
	}
	back := "/ledige?sykehus=" + url.QueryEscape(provider)
	if f.value("gjor") == "legg" {
		unit, specialty, _ := strings.Cut(f.need("enhet"), " ")
		on, clock := f.needDay("dag"), f.clock("klokke")
		if i := slices.IndexFunc(units, func(u clinic.Unit) bool { return u.ID == unit && u.Does(specialty, v.Today) }); i < 0 && len(f.bad["enhet"]) == 0 {
			f.wrong("enhet", "web.act.needed")
		}
		if !on.IsZero() && (on.Before(v.Today) || on.After(v.Today.Add(366))) {
			f.wrong("dag", "web.slots.bad_day")
		}
		if len(f.bad) > 0 {
			return s.slotsPage(w, r, v, http.StatusUnprocessableEntity, f, "", "")
		}
		if err := s.desk.AddSlot(r.Context(), desk.FreeSlot{Provider: provider, Unit: unit, Specialty: specialty, On: on, Minute: clock + 1, Why: "added"}, rand.Text(), s.self()); err != nil {
			return err
		}
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	}
	papers, slots, err := s.desk.Slots(r.Context(), provider, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(papers, func(p ledger.Paper) bool { return p.ID == f.value("id") })
	if i < 0 { // somebody was before
		return s.slotsPage(w, r, v, http.StatusConflict, nil, v.T("web.slots.gone"), "")
	}
	if !slices.ContainsFunc(units, func(u clinic.Unit) bool { return u.ID == slots[i].Unit || u.Does(slots[i].Specialty, v.Today) }) {
		return desk.ErrMissing
	}
	switch f.value("gjor") {
	case "fjern":
		if err := s.desk.TakeSlot(r.Context(), papers[i], "removed", s.self()); err != nil {
			return err
		}
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	case "sett":
		return s.giveSlot(w, r, v, f, papers[i], slots[i], back)
	}
	return badRequest{code: "web.bad_request_text"}
}

// giveSlot books a free time for one who waits. What the law warns of is shown in the form of the booking, with the time filled in.
func (s *site) giveSlot(w http.ResponseWriter, r *http.Request, v *view, f *form, paper ledger.Paper, slot desk.FreeSlot, back string) error {
	tenant, number, _ := strings.Cut(f.value("sak"), "/")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id < 1 {
		return badRequest{code: "web.bad_request_text"}
	}
	x, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
	if err != nil {
		return err
	}
	if !ok || !s.ours(x) {
		return desk.ErrMissing
	}
	if s.guarded() {
		if err := s.actOn(r, x, access.Book); err != nil {
			return err
		}
	}
	c, err := s.desk.Peek(r.Context(), tenant, id, desk.View{})
	if err != nil {
		return err
	}
	if waitlist.Suits(&c.State, asSlot(slot), v.Today) == waitlist.NoFit {
		return s.slotsPage(w, r, v, http.StatusConflict, nil, v.T("web.slots.moved_on"), "")
	}
	seen, _ := strconv.Atoi(f.value("seq"))
	do := &referral.Book{Start: day.Moment{Day: slot.On, Minute: slot.Minute - 1}, Site: slot.Site, What: slot.What, Form: slot.Form}
	o := desk.Order{Tenant: tenant, Referral: id, Key: rand.Text(), Known: s.desk.Now(), Seen: max(seen, 1), Do: do, At: referral.At{On: v.Today, Minute: -1, Role: s.o.User.Role, Actor: s.o.User.ID, Place: s.o.User.Place}}
	if o.At.Place == "" {
		o.At.Place = c.State.Holder
	}
	_, out, err := s.desk.Prepare(r.Context(), o, c.Log)
	if err == nil && len(out.Warned) == 0 {
		if out, err = s.desk.Take(r.Context(), o); err == nil {
			fault := s.slotFault(tenant, out)
			if err := s.desk.TakeSlot(r.Context(), paper, "booked", s.self()); err != nil {
				return err
			}
			http.Redirect(w, r, back+"&gjort=1"+fault, http.StatusSeeOther)
			return nil
		}
	}
	var refusal *referral.Refusal
	switch {
	case errors.Is(err, desk.ErrMoved):
		return s.slotsPage(w, r, v, http.StatusConflict, nil, v.T("web.slots.moved_on"), "")
	case err != nil && !errors.As(err, &refusal):
		return err
	}
	q := url.Values{"slag": {"time"}, "dag": {words.FieldDate(slot.On)}, "hva": {string(slot.What)}}
	if slot.Minute > 0 {
		q.Set("klokke", typedMinute(slot.Minute-1))
	}
	http.Redirect(w, r, caseURL(tenant, id)+"/gjor/book?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// slotFault writes in the log that a freed time could not be kept to be offered to others: what was done stands all the same. Its answer is added to the
// address of the page that follows, which says so ([view.notOffered]).
func (s *site) slotFault(tenant string, out desk.Outcome) string {
	if out.SlotFault == nil {
		return ""
	}
	s.log.Error("a freed time is not among those offered", "tenant", tenant, "referral", out.Referral, "error", out.SlotFault)
	return "&ledig=nei"
}

// notOffered tells the one who freed a time that it is not among those offered to others, and has to be added by hand.
func (v *view) notOffered() warning { return warning{Text: v.T("web.slots.not_offered")} }
