package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// Booking several at once: the same interval for all, or times one after the other, the nearest deadline first. The plan is shown before anything is
// saved; then each row is an order of its own, and one that is refused keeps no other back.

// bulkMost is how many rows are booked at once.
const bulkMost = 50

type bulkPage struct {
	actPage
	Rows    []bulkLine
	Planned bool
	Done    bool
	Any     bool // something in the plan can be booked
}

type bulkLine struct {
	ID, URL, Number string
	Seq             int
	Name, Year      string
	Deadline        string
	When, Where     string
	State           timeCell
	Says            []warning

	tenant   string
	id       int64
	startBy  day.Day
	c        desk.Case
	typedSeq int
}

func (s *site) bulkBook(w http.ResponseWriter, r *http.Request, v *view) error {
	v.Here = "/liste"
	var chosen []string
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
		chosen = r.PostForm["sak"]
	} else {
		chosen = r.URL.Query()["sak"]
	}
	slices.Sort(chosen)
	chosen = slices.Compact(chosen)
	switch {
	case len(chosen) == 0:
		return badRequest{code: "web.bulk.none"}
	case len(chosen) > bulkMost:
		return badRequest{code: "web.bulk.many", args: []any{bulkMost}}
	}
	p := bulkPage{actPage: actPage{frame: v.frame, URL: "/liste/time", Case: link{"/liste", v.T("list.waiting")}, Submit: v.T("web.bulk.see"), Key: rand.Text()}}
	for _, x := range chosen {
		tenant, number, _ := strings.Cut(x, "/")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || id < 1 {
			return badRequest{code: "web.bad_request_text"}
		}
		row, ok, err := s.desk.Ledger.Row(r.Context(), tenant, id)
		if err != nil {
			return err
		}
		if !ok || !s.guarded() && !s.ours(row) {
			return desk.ErrMissing
		}
		if s.guarded() { // each case as it is: it may have to be opened by a reason, and then it is not booked here
			if err := s.actOn(r, row, access.Book); err != nil {
				return err
			}
		}
		c, err := s.desk.Peek(r.Context(), tenant, id, desk.View{})
		if err != nil {
			return err
		}
		f := &c.State.Facts
		p.Rows = append(p.Rows, bulkLine{ID: x, URL: caseURL(tenant, id), Number: caseNumber(tenant, id), Seq: c.State.Seq, Name: v.name(c.Person), Year: born(f.Born, c.Person.Born), Deadline: v.short(f.StartBy),
			tenant: tenant, id: id, startBy: f.StartBy, c: c})
	}
	holder := p.Rows[0].c.State.Holder // of all of them, "" when they are of several hospitals
	if slices.ContainsFunc(p.Rows, func(x bulkLine) bool { return x.c.State.Holder != holder }) {
		holder = ""
	}
	slices.SortStableFunc(p.Rows, func(a, b bulkLine) int { // those without a deadline last
		if a.startBy.IsZero() != b.startBy.IsZero() {
			return boolInt(a.startBy.IsZero()) - boolInt(b.startBy.IsZero())
		}
		return a.startBy.Compare(b.startBy)
	})
	p.Head = v.T("web.bulk.head", len(p.Rows))
	v.Title = p.Head
	f := &form{v: v, x: new(referral.Referral), bad: make(map[string][]string)}
	if r.Method == http.MethodGet {
		p.Fields = f.show(f.bulkFields(holder))
		return s.render(w, http.StatusOK, "bulk", v, p)
	}
	f.typed, p.Key = r.PostForm, r.PostForm.Get("key")
	plan := f.plan(p.Rows, holder)
	if len(f.bad) > 0 {
		p.Fields = f.show(f.bulkFields(holder))
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, http.StatusUnprocessableEntity, "bulk", v, p)
	}
	save := r.PostForm.Get("bekreft") == f.planned()
	saved := 0
	for i := range p.Rows {
		x := &p.Rows[i]
		// What was seen when the plan was made; a row that has moved on since is not booked.
		if x.typedSeq = x.Seq; save {
			x.typedSeq, _ = strconv.Atoi(r.PostForm.Get("seq-" + x.ID))
			x.typedSeq = max(x.typedSeq, 1)
		}
		if err := s.bulkRow(r, v, f, x, &plan[i], save, &saved); err != nil {
			return err
		}
		p.Any = p.Any || x.State.State != "late"
	}
	p.Planned, p.Done = !save, save
	if save {
		p.Head = v.T("web.bulk.done", saved, len(p.Rows))
	} else {
		p.Confirmed, p.Submit = f.planned(), v.T("web.bulk.save")
	}
	p.Fields = f.show(f.bulkFields(holder))
	return s.render(w, http.StatusOK, "bulk", v, p)
}

// bulkRow plans or books one row, and says how it went.
func (s *site) bulkRow(r *http.Request, v *view, f *form, x *bulkLine, do *referral.Book, save bool, saved *int) error {
	if s.guarded() {
		s.as(s.can(access.Book, s.caseOf(x.tenant, &x.c.State)).As)
	}
	a := bookedTime(do)
	a.At, a.Site = do.At, do.Site
	x.When, x.Where = v.whenLong(a), v.place(careAt(&x.c.State.Facts, a))
	o := desk.Order{Tenant: x.tenant, Referral: x.id, Key: f.value("key") + "/" + x.ID, Known: s.desk.Now(), Seen: x.typedSeq, Do: do,
		At: referral.At{On: v.Today, Minute: -1, Role: s.o.User.Role, Actor: s.o.User.ID, Place: s.o.User.Place}}
	if o.At.Place == "" {
		o.At.Place = x.c.State.Holder
	}
	var warned law.Objections
	var err error
	if save {
		var out desk.Outcome
		out, err = s.desk.Take(r.Context(), o)
		if s.slotFault(x.tenant, out) != "" {
			x.Says = append(x.Says, v.notOffered())
		}
		warned = out.Warned
	} else {
		var out desk.Outcome
		_, out, err = s.desk.Prepare(r.Context(), o, x.c.Log)
		warned = out.Warned
	}
	var refusal *referral.Refusal
	switch {
	case errors.As(err, &refusal):
		x.State = timeCell{Icon: "cross", State: "late", Text: v.T("web.bulk.refused")}
		for _, o := range refusal.Objections {
			text, cite := say.Objection(v.Lang, o)
			x.Says = append(x.Says, warning{text, cite})
		}
	case errors.Is(err, desk.ErrMoved):
		x.State = timeCell{Icon: "swap", State: "late", Text: v.T("web.bulk.refused")}
		x.Says = []warning{{Text: v.T("web.bulk.moved")}}
	case err != nil:
		return err
	default:
		x.State = timeCell{Icon: "ring", State: "off", Text: v.T("web.bulk.ok")}
		if save {
			*saved++
			x.State = timeCell{Icon: "check", State: "done", Text: v.T("web.bulk.saved")}
		}
		if x.Says = append(x.Says, v.warnings(warned)...); len(x.Says) > 0 && !save {
			x.Says, x.State.Icon, x.State.State = v.foreseen(warned), "risk", "soon"
		}
	}
	return nil
}

// bulkFields ask how the times are set, and where: where each referral stands, at one of the sites of the hospital that holds them all, or at another provider.
func (f *form) bulkFields(holder string) []field {
	v := f.v
	where := field{Name: "sted", Label: v.T("web.act.where"), Kind: "select", Options: []option{{"", v.T("web.bulk.own_place"), false}}}
	if p, ok := v.s.desk.Org.Provider(holder); ok && len(p.Sites) > 1 {
		for _, s := range p.Sites {
			where.Options = append(where.Options, option{ownSite + s.ID, v.place(holder, s.ID), false})
		}
	}
	where.Options = append(where.Options, slices.DeleteFunc(v.places()[1:], func(o option) bool { return o.Value == holder })...)
	return []field{
		{Name: "slag", Label: v.T("web.bulk.how"), Kind: "choice", Value: "periode", Options: []option{{"periode", v.T("web.bulk.week"), false}, {"time", v.T("web.bulk.row"), false}}},
		{Name: "fra", Label: v.T("web.act.from"), Kind: "day", For: "slag-periode"}, {Name: "til", Label: v.T("web.act.to"), Kind: "day", For: "slag-periode"},
		{Name: "dag", Label: v.T("web.act.day"), Kind: "day", For: "slag-time"}, {Name: "klokke", Label: v.T("web.act.clock"), Kind: "clock", For: "slag-time"},
		{Name: "minutter", Label: v.T("web.bulk.minutes"), Kind: "clock", Value: "30", For: "slag-time"},
		{Name: "hva", Label: v.T("web.act.what"), Kind: "select", Options: v.contacts(true)}, where,
		{Name: "mer", Label: v.T("web.provisional"), Kind: "ticks", Options: []option{{"forelopig", v.T("web.act.provisional"), false}}},
	}
}

// plan makes the booking of each row.
func (f *form) plan(rows []bulkLine, holder string) []referral.Book {
	n := len(rows)
	out := make([]referral.Book, n)
	where, own := strings.CutPrefix(f.value("sted"), ownSite)
	if own {
		if p, _ := f.v.s.desk.Org.Provider(holder); !slices.ContainsFunc(p.Sites, func(s clinic.Site) bool { return s.ID == where }) {
			f.wrong("sted", "web.intake.wrong_site")
		}
	} else if _, ok := f.v.s.desk.Org.Provider(where); !ok && where != "" {
		f.wrong("sted", "web.act.needed")
	}
	week := f.value("slag") != "time"
	var from, to, on day.Day
	start, each := int16(-1), 0
	if week {
		from, to = f.needDay("fra"), f.needDay("til")
	} else {
		on = f.needDay("dag")
		if f.need("klokke") != "" {
			start = f.clock("klokke")
		}
		var err error
		if each, err = strconv.Atoi(f.value("minutter")); err != nil || each < 5 || each > 240 {
			f.wrong("minutter", "web.bulk.bad_minutes")
		} else if int(start)+each*n > 24*60 {
			f.wrong("klokke", "web.bulk.past_midnight")
		}
	}
	for i := range out {
		out[i] = referral.Book{What: law.Contact(f.value("hva")), Provisional: f.value("mer") == "forelopig"}
		switch x := &rows[i].c.State; { // where the referral stands is not said again
		case own && where != x.Site:
			out[i].Site = where
		case !own && where != x.Holder:
			out[i].At = where
		}
		if week {
			out[i].From, out[i].To = from, to
		} else {
			out[i].Start = day.Moment{Day: on, Minute: start + int16(each*i)}
		}
	}
	return out
}

// planned names a plan, so that what is saved is what was shown.
func (f *form) planned() string {
	var parts []string
	for _, k := range []string{"slag", "fra", "til", "dag", "klokke", "minutter", "hva", "sted", "mer"} {
		parts = append(parts, f.value(k))
	}
	return words.FieldDate(f.v.Today) + "|" + strings.Join(parts, "|") + "|" + strconv.Itoa(len(f.typed["sak"]))
}
