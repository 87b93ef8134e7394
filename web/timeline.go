package web

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// The timeline: the law above the line, what happened below, solid past, dotted future, and today. At most nine events are drawn, letters are gathered, and
// no two labels touch: what finds no room is in the list that follows, which says the same.

type timeline struct {
	Title    string
	Height   int
	Axis     int // y of the line
	From, To string
	Now      string
	NowTop   int
	Zone     *zone // between the deadline and a later start
	Months   []mark
	Above    []flag
	Below    []flag
	List     []moment
	PastX    string
}

type zone struct{ X, W string }

type mark struct{ X, Text string }

// A flag is a label with its line: Y0 to Y1 is the line, T1 and T2 the baselines of the two texts.
type flag struct {
	X, Text, Sub   string
	Kind           string // law · goal · event · open · late
	Anchor         string // start · middle · end
	DX             int
	Y0, Y1, T1, T2 int
	Bare           bool // a point without words: they are in the list
}

// A moment is a line of the list.
type moment struct{ Kind, When, What, More string }

// A happened is a point of the timeline.
type happened struct {
	On        day.Day
	Text, Sub string
	More      string // for the list
	Kind      string
	Weight    int // who keeps the words when there is little room
}

// timelineWidth is the narrowest the drawing is shown at, in pixels: labels that do not touch there touch nowhere.
const timelineWidth = 850

// maxDrawn is how many events are drawn.
const maxDrawn = 9

// textWidth is how wide a text is at the drawing's size, rounded up.
func textWidth(s string) float64 { return 7.1 * float64(utf8.RuneCountInString(s)) }

func (v *view) timeline(c desk.Case, on day.Day) timeline {
	x := &c.State
	f := &x.Facts
	events := v.happenedIn(c, on)
	var laws []happened
	if !f.AssessBy.IsZero() {
		l := happened{On: f.AssessBy, Text: v.T("web.line.assess_by", v.short(f.AssessBy)), Kind: "law", Weight: 2}
		switch {
		case !f.AssessedOn.IsZero() && !f.AssessedOn.After(f.AssessBy):
			l.Sub = v.T("web.line.kept")
		case !f.AssessedOn.IsZero():
			l.Sub = v.T("web.line.not_kept")
		default:
			l.Sub = words.Relative(v.Lang, on, f.AssessBy)
		}
		laws = append(laws, l)
	}
	if !f.StartBy.IsZero() {
		l := happened{On: f.StartBy, Text: v.T("web.line.deadline", v.long(f.StartBy)), Kind: "law", Weight: 3}
		if f.WaitEnd.IsZero() {
			l.Sub = words.Distance(v.Lang, on, f.StartBy)
		} else if f.WaitEnd.After(f.StartBy) {
			l.Sub = v.T("web.line.not_kept")
		} else {
			l.Sub = v.T("web.line.kept")
		}
		laws = append(laws, l)
	}
	if g := x.Found.Guarantee; g != nil && !g.Value.IsZero() && g.Value != f.StartBy {
		laws = append(laws, happened{On: g.Value, Text: v.T("web.line.guarantee", v.short(g.Value)), Kind: "law", Weight: 1})
	}

	t := timeline{Axis: 104}
	first, last := on, on
	for _, h := range append(slices.Clone(events), laws...) {
		if h.On.Before(first) {
			first = h.On
		}
		if h.On.After(last) {
			last = h.On
		}
	}
	span := max(last.Sub(first), 14)
	place := func(d day.Day) float64 { return 4 + 92*float64(d.Sub(first))/float64(span) }
	pct := func(p float64) string { return fmt.Sprintf("%.2f%%", p) }

	// A goal of a pathway stands above, in violet and dashed, and is never among what the law sets.
	events = slices.DeleteFunc(events, func(h happened) bool {
		if h.Kind == "goal" {
			laws = append(laws, h)
		}
		return h.Kind == "goal"
	})
	drawn := gather(events, v)
	slices.SortStableFunc(laws, func(a, b happened) int { return a.On.Compare(b.On) })
	t.Above = layOut(laws, place, 2)
	t.Below = layOut(drawn, place, 3)
	rowsAbove := 0
	for _, a := range t.Above {
		rowsAbove = max(rowsAbove, a.T1)
	}
	t.Axis += 32 * max(rowsAbove-1, 0)
	for i := range t.Above {
		a := &t.Above[i]
		row := a.T1 // 0 none, 1 nearest the top when alone
		a.T1 = t.Axis - 84 - 32*(row-1)
		a.T2, a.Y0, a.Y1 = a.T1+15, a.T1+20, t.Axis
		if a.Bare {
			a.Y0 = t.Axis - 24
		}
	}
	lowest := t.Axis + 24
	for i := range t.Below {
		b := &t.Below[i]
		row := b.T1
		b.T1 = t.Axis + 44 + 42*(row-1)
		b.T2, b.Y0, b.Y1 = b.T1+15, t.Axis, b.T1-13
		if !b.Bare {
			lowest = max(lowest, b.T2)
		}
	}
	t.Height = lowest + 4
	t.From, t.To = pct(4), pct(98)
	now := place(on)
	t.Now, t.PastX, t.NowTop = pct(now), pct(now), t.Axis-38
	if end := f.Appointment.To; f.WaitEnd.IsZero() && !f.StartBy.IsZero() && end.After(f.StartBy) && law.Breach(f, on, v.s.desk.Settings).Value != law.NoBreach {
		t.Zone = &zone{pct(place(f.StartBy)), pct(place(end) - place(f.StartBy))}
	}
	t.Months = v.months(first, last, place)
	t.Title = v.T("web.line.title", first, last)
	t.List = v.moments(events, laws, on)
	return t
}

// happenedIn gives what is worth a point: what happened, and the appointment ahead.
func (v *view) happenedIn(c desk.Case, on day.Day) []happened {
	var out []happened
	x := &c.State
	add := func(e *referral.Event, text, sub, kind string, weight int) {
		out = append(out, happened{On: e.On, Text: text, Sub: sub, More: v.detail(e), Kind: kind, Weight: weight})
	}
	speaks := referral.Speaking(c.Log)
	for i, entry := range c.Log {
		e := speaks[i]
		if _, ok := entry.Event.Ask.(*referral.Correct); ok && !entry.Event.On.After(on) {
			changed := v.changes(c.Log[:i], c.Log[:i+1])
			h := happened{On: entry.Event.On, Text: v.T("web.line.corrected") + " " + v.short(entry.Event.On), Kind: "open", Weight: 6}
			if len(changed) > 0 {
				h.Sub, h.More = v.T("web.line.from", changed[0].From), changed[0].Label+": "+changed[0].From+" → "+changed[0].To+"."
			}
			out = append(out, h)
			continue
		}
		if e == nil || e.On.After(on) {
			continue
		}
		when := v.short(e.On)
		switch q := e.Ask.(type) {
		case *referral.Receive:
			add(e, v.T("history.receive")+" "+when, v.provider(q.Place), "event", 9)
		case *referral.Forward:
			add(e, v.T("history.forward")+" "+when, v.provider(q.To), "event", 5)
		case *referral.Assess:
			add(e, v.T("field.assessed_date")+" "+when, v.T("web.line."+string(q.Outcome)), "event", 8)
		case *referral.ChangeDeadline:
			add(e, v.T("web.line.changed"), when, "open", 6)
		case *referral.Book:
			add(e, v.T("history.book"), when, "event", 4)
		case *referral.Postpone:
			kind := "event"
			if q.By == law.ByProvider {
				kind = "late"
			}
			add(e, v.T("web.line.postponed_"+string(q.By)), when, kind, 6)
		case *referral.Inform:
			add(e, v.T("web.line.letter"), when, "letter", 2)
		case *referral.MakeOffer:
			add(e, v.T("history.offer"), v.provider(q.At), "open", 4)
		case *referral.Decline:
			add(e, v.T("history.decline"), when, "open", 4)
		case *referral.Accept:
			add(e, v.T("history.accept"), when, "open", 4)
		case *referral.Start:
			add(e, v.T("web.line.start")+" "+when, lowerFirst(v.T("start."+string(q.What))), "event", 9)
		case *referral.NotifyHelfo:
			if !q.AgreedNot {
				add(e, v.T("history.notify_helfo"), when, "event", 7)
			}
		case *referral.HelfoReturned:
			add(e, v.T("helfo_back."+string(q.Why)), when, "open", 6)
		case *referral.HelfoPlaced:
			add(e, v.T("history.helfo_placed"), when, "event", 7)
		case *referral.Complain:
			add(e, v.T("history.complain"), when, "open", 5)
		case *referral.DecideComplaint:
			add(e, v.T("history.decide_complaint"), when, "open", 5)
		case *referral.RequestInformation:
			add(e, v.T("web.line.asked"), when, "open", 3)
		case *referral.Close:
			add(e, v.T("history.close")+" "+when, lowerFirst(v.T("close."+q.Reason)), "event", 8)
		case *referral.PathwayEvent:
			out = append(out, happened{On: e.On, Text: v.T("web.line.goal"), Sub: lowerFirst(v.T("web.pathway." + q.Event)), More: v.detail(e), Kind: "goal", Weight: 3})
			if !q.Goal.IsZero() {
				out = append(out, happened{On: q.Goal, Text: v.T("web.line.goal_by", v.short(q.Goal)), Sub: q.Pathway, More: v.T("web.pathway.how"), Kind: "goal", Weight: 4})
			}
		}
	}
	if a := x.Appointment; !a.IsZero() && x.Status == law.Waiting && x.WaitEnd.IsZero() {
		h := happened{On: a.To, Text: v.T("web.line.time", v.long(a.To)), Kind: "open", Weight: 8}
		if a.From != a.To {
			h.Text = v.T("web.line.time", v.when(a))
		}
		if !x.StartBy.IsZero() {
			switch n := a.To.Sub(x.StartBy); {
			case n > 0 && law.Breach(&x.Facts, v.Today, v.s.desk.Settings).Value != law.NoBreach:
				h.Kind, h.Sub = "late", v.T("web.line.days_after", v.days(n))
			case n > 0:
				h.Sub = v.T("web.not_counted")
			case n <= 0:
				h.Sub = v.T("web.line.days_before", v.days(-n))
			}
		}
		out = append(out, h)
	}
	if f := &x.Facts; x.Status == law.Started {
		if !f.Next.IsZero() {
			h := happened{On: f.Next.To, Text: v.T("web.line.next", v.short(f.Next.To)), Kind: "open", Weight: 8}
			if st := law.FollowUp(f, v.Today, v.s.desk.Settings).Value; st == law.FollowAfter || st == law.FollowMissed || st == law.FollowLate {
				h.Kind, h.Sub = "late", lowerFirst(v.T("web.follow."+string(st)))
			}
			out = append(out, h)
		}
		if !f.NextBy.IsZero() {
			out = append(out, happened{On: f.NextBy, Text: v.T("web.follow.by"), Sub: v.short(f.NextBy), Kind: "open", Weight: 7})
		}
	}
	slices.SortStableFunc(out, func(a, b happened) int { return a.On.Compare(b.On) })
	return out
}

// gather joins letters that follow one another, and then drops the lightest, until there are no more than are drawn.
func gather(all []happened, v *view) []happened {
	var out []happened
	for _, h := range all {
		if n := len(out); n > 0 && h.Kind == "letter" && h.On == out[n-1].On && out[n-1].Kind != "late" {
			continue // told on the day of what it tells
		}
		out = append(out, h)
	}
	letters := 0
	for _, h := range out {
		if h.Kind == "letter" {
			letters++
		}
	}
	if letters > 1 && len(out) > maxDrawn {
		kept := out[:0:0]
		told := false
		for _, h := range out {
			if h.Kind == "letter" {
				if told {
					continue
				}
				told = true
				h.Text = v.T("web.line.letters", letters)
			}
			kept = append(kept, h)
		}
		out = kept
	}
	for len(out) > maxDrawn {
		least := 0
		for i, h := range out {
			if h.Weight < out[least].Weight {
				least = i
			}
		}
		out = slices.Delete(out, least, least+1)
	}
	for i := range out {
		if out[i].Kind == "letter" {
			out[i].Kind = "open"
		}
	}
	return out
}

// A spot is where a label may stand: a row from the line outwards, and which end of it is at its point.
type spot struct {
	row    int
	anchor string
}

// spots in the order they are tried: near the line and in the middle first.
func spots(rows int) []spot {
	var out []spot
	for row := 1; row <= rows; row++ {
		for _, anchor := range []string{"middle", "start", "end"} {
			out = append(out, spot{row, anchor})
		}
	}
	return out
}

// layOut gives each label a row and an anchor so that none touches another or another's line. T1 is the row, from 1. When there is no way for all, the
// lightest goes without words (Bare) and the rest is tried again.
func layOut(all []happened, place func(day.Day) float64, rows int) []flag {
	out := make([]flag, len(all))
	var with []int
	for i, h := range all {
		out[i] = flag{X: fmt.Sprintf("%.2f%%", place(h.On)), Text: h.Text, Sub: h.Sub, Kind: h.Kind, Bare: true}
		with = append(with, i)
	}
	for len(with) > 0 {
		labels := make([]label, len(with))
		for n, i := range with {
			labels[n] = label{x: place(all[i].On) * timelineWidth / 100, w: max(textWidth(all[i].Text), textWidth(all[i].Sub)*0.95)}
		}
		if at, ok := fit(labels, rows); ok {
			for n, i := range with {
				f := &out[i]
				f.T1, f.Anchor, f.Bare = at[n].row, at[n].anchor, false
				f.DX = map[string]int{"start": -5, "end": 5}[f.Anchor]
			}
			return out
		}
		least := 0
		for n, i := range with {
			if all[i].Weight <= all[with[least]].Weight {
				least = n
			}
		}
		with = slices.Delete(with, least, least+1)
	}
	return out
}

// A label is a text w pixels wide whose point is at x.
type label struct{ x, w float64 }

// span is from where to where the label stands.
func (l label) span(anchor string) (from, to float64) {
	switch anchor {
	case "start":
		return l.x - 5, l.x - 5 + l.w
	case "end":
		return l.x + 5 - l.w, l.x + 5
	}
	return l.x - l.w/2, l.x + l.w/2
}

// fit finds spots for labels given in order of x, from the right: the ones to the left then go further out, under or over those beside them.
func fit(labels []label, rows int) ([]spot, bool) {
	const gap, aside = 10.0, 4.0
	at := make([]spot, len(labels))
	steps := 0
	clear := func(i int, s spot) bool {
		from, to := labels[i].span(s.anchor)
		if from < 0 || to > timelineWidth {
			return false
		}
		for j := i + 1; j < len(labels); j++ {
			f, t := labels[j].span(at[j].anchor)
			switch {
			case at[j].row == s.row && from < t+gap && f < to+gap:
				return false // words on words
			case at[j].row > s.row && from-aside < labels[j].x && labels[j].x < to+aside:
				return false // the other's line goes through these words
			case at[j].row < s.row && f-aside < labels[i].x && labels[i].x < t+aside:
				return false // this line goes through the other's words
			}
		}
		return true
	}
	var try func(i int) bool
	try = func(i int) bool {
		if i < 0 {
			return true
		}
		for _, s := range spots(rows) {
			if steps++; steps > 20_000 {
				return false
			}
			if clear(i, s) {
				at[i] = s
				if try(i - 1) {
					return true
				}
			}
		}
		return false
	}
	return at, try(len(labels) - 1)
}

// months are the names under the line, where there is room for them.
func (v *view) months(first, last day.Day, place func(day.Day) float64) []mark {
	var out []mark
	step := 1
	for last.Sub(first) > step*31*10 {
		step++
	}
	y, m, _ := first.Date()
	for n := 1; ; n++ {
		d := day.On(y, m, 1).AddMonths(n)
		if d.After(last) {
			return out
		}
		_, month, _ := d.Date()
		if (month-1)%step != 0 {
			continue
		}
		text := words.LongDate(v.Lang, d)
		for i, r := range text { // the month without its day
			if r == ' ' {
				text = text[i+1:]
				break
			}
		}
		out = append(out, mark{fmt.Sprintf("%.2f%%", place(d)), text})
	}
}

// moments is the same as the drawing and more, in words and in order.
func (v *view) moments(events, laws []happened, on day.Day) []moment {
	all := append(slices.Clone(events), laws...)
	all = append(all, happened{On: on, Text: v.T("web.line.today"), Kind: "now"})
	slices.SortStableFunc(all, func(a, b happened) int { return a.On.Compare(b.On) })
	var out []moment
	for _, h := range all {
		m := moment{When: v.short(h.On), What: h.Text, More: h.More}
		if m.More == "" {
			m.More = h.Sub
		}
		switch {
		case h.Kind == "now" || h.Kind == "law" || h.Kind == "late" || h.Kind == "goal":
			m.Kind = h.Kind
		case h.On.After(on):
			m.Kind = "ahead"
		default:
			m.Kind = "past"
		}
		out = append(out, m)
	}
	return out
}
