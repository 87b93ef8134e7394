package web

import (
	"net/http"
	"net/url"
	"strconv"

	"rettid/day"
	"rettid/desk"
	"rettid/referral"
	"rettid/words"
)

// Correcting an entry: choose it, say what it should have been, see Sto and Gjelder and the dates that follow, and save. Nothing is removed.

// A target is the entry that is corrected: what speaks there now.
type target struct {
	seq   int
	first bool
	event *referral.Event
}

// target finds the entry a correction names.
func (f *form) target() (target, error) {
	seq, err := strconv.Atoi(f.value("linje"))
	if err != nil {
		return target{}, badRequest{code: "web.bad_request_text"}
	}
	speaks := referral.Speaking(f.c.Log)
	for i, e := range f.c.Log {
		if e.Seq == seq && speaks[i] != nil {
			if !f.mayCorrect(speaks[i]) {
				return target{}, denied{"not_for_role"}
			}
			return target{seq, i == 0, speaks[i]}, nil
		}
	}
	return target{}, desk.ErrMissing
}

func (f *form) correctHead(t target) string {
	return f.v.T("web.act.correct_of", lowerFirst(f.v.T("history."+t.event.Kind())), f.v.long(t.event.On))
}

// correctingAct is the form an entry of a kind was made with; nil for one that has none.
func correctingAct(kind string) *act {
	if kind == "receive" {
		return reception()
	}
	return acts[kind]
}

// correctPage lists what can be corrected, or shows the form of the entry chosen.
func (s *site) correctPage(w http.ResponseWriter, r *http.Request, f *form, p actPage) error {
	v := f.v
	if seq := r.URL.Query().Get("linje"); seq != "" {
		f.typed = url.Values{"linje": {seq}}
		t, err := f.target()
		if err != nil {
			return err
		}
		f.typed = nil
		p.Entry, p.Head = t.seq, f.correctHead(t)
		f.base = t.event.Ask
		notes, err := s.notes(r, f.c)
		if err != nil {
			return err
		}
		fields := f.correctFields(t)
		if a := correctingAct(t.event.Kind()); a != nil && a.values != nil {
			given := a.values(v, t.event.Ask)
			for i := range fields {
				if g, ok := given[fields[i].Name]; ok && len(g) > 0 {
					fields[i].Value = g[0]
					for _, more := range g[1:] {
						fields[i].Value += " " + more
					}
				}
			}
		}
		for i := range fields {
			if fields[i].Kind == "text" && fields[i].Name == "begrunnelse" {
				if texts := referral.Texts(t.event.Ask); len(texts) > 0 {
					fields[i].Value = notes[texts[0].Note]
				}
			}
		}
		p.Fields = f.show(fields)
		return s.render(w, http.StatusOK, "act", v, p)
	}
	speaks := referral.Speaking(f.c.Log)
	for i := len(f.c.Log) - 1; i >= 0; i-- {
		if e := speaks[i]; e != nil && f.mayCorrect(e) {
			at := p.URL + "?linje=" + strconv.Itoa(f.c.Log[i].Seq)
			if f.c.Log[i].Seq == assessedAt(f.c.Log) { // the assessment is corrected on its own screen
				at = caseURL(f.c.Tenant, f.c.ID) + "/vurder?rett=1"
			}
			p.Choose = append(p.Choose, choice{at, v.long(e.On), v.T("history." + e.Kind()), v.detail(e)})
		}
	}
	return s.render(w, http.StatusOK, "act", v, p)
}

// correctFields are the entry's own questions, its day, whether it is to be struck, and why.
func (f *form) correctFields(t target) []field {
	var own []field
	if a := correctingAct(t.event.Kind()); a != nil && a.values != nil {
		own = a.fields(f)
	}
	return f.v.correcting(t.first, own, t.event.On)
}

// correcting are the questions of any correction, about the entry's own: whether it is to be struck, which the first can't be, its day, and why.
func (v *view) correcting(first bool, own []field, on day.Day) []field {
	var out []field
	if !first {
		out = append(out, field{Name: "hvordan", Label: v.T("web.act.correct_how"), Kind: "choice", Value: "endre", Options: []option{{"endre", v.T("web.act.correct_change"), false}, {"stryk", v.T("web.act.correct_strike"), false}}})
	}
	return append(append(out, own...), field{Name: "dato", Label: v.T("web.act.on"), Kind: "day", Value: words.FieldDate(on), Need: true},
		field{Name: "hvorfor", Label: v.T("web.act.correct_why"), Kind: "text", Need: true, Help: v.T("web.act.correct_why_help")})
}

// correction makes the command of a correction. Its own day is today; the day typed is the entry's.
func (f *form) correction(t target, on day.Day) (referral.Command, day.Day, func() []field) {
	f.base = t.event.Ask
	fields := func() []field { return f.correctFields(t) }
	do := &referral.Correct{Seq: t.seq, Reason: f.text("hvorfor")}
	f.need("hvorfor")
	if f.value("hvordan") == "stryk" {
		do.Strike = true
		delete(f.bad, "dato")
		return do, f.v.Today, fields
	}
	if on != t.event.On {
		do.On = on
	}
	do.With = t.event.Ask
	if a := correctingAct(t.event.Kind()); a != nil && a.values != nil {
		do.With = a.make(f)
		if do.With == nil {
			return nil, f.v.Today, fields
		}
		// A free text that was left empty or as it was keeps its place outside the log.
		was, is := referral.Texts(t.event.Ask), referral.Texts(do.With)
		for i := range is {
			if i < len(was) && is[i].Words == "" && is[i].Note == "" {
				is[i].Note = was[i].Note
			}
		}
	}
	return do, f.v.Today, fields
}

// before shows what a correction will change.
func (f *form) before(p *actPage, out desk.Outcome) {
	c := out.Event.Ask.(*referral.Correct)
	speaks := referral.Speaking(f.c.Log)
	for i, e := range f.c.Log {
		if e.Seq == c.Seq && speaks[i] != nil {
			p.Was = f.dated(speaks[i])
		}
	}
	p.Is = f.v.T("web.fix.struck")
	if out.Event.With != nil {
		p.Is = f.dated(out.Event.With)
	}
	after := append(f.c.Log[:len(f.c.Log):len(f.c.Log)], referral.Entry{Seq: out.Seq, Known: f.v.Today, Event: out.Event})
	p.Changed = f.v.changes(f.c.Log, after)
	p.Submit = f.v.T("web.act.save_correction")
}

func (f *form) dated(e *referral.Event) string {
	text := f.v.T("history."+e.Kind()) + " " + words.Date(f.v.Lang, e.On)
	if d := f.v.detail(e); d != "" {
		text += ": " + d
	}
	return text
}
