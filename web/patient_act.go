package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rettid/access"
	"rettid/day"
	"rettid/desk"
	"rettid/law"
	"rettid/referral"
	"rettid/say"
	"rettid/words"
)

// What a patient, or one who acts for a patient, does in the case: each an ordinary command in the role of patient or next of kin, with its consequence for
// the deadline said before it is sent.

// A myAct is one thing a patient can do. The wording is pat.act.<path>, pat.can.<path>, pat.intro.<path> and pat.send.<path>.
type myAct struct {
	path    string
	listed  bool // under «Dette kan du gjøre»; the others are led to from where they belong
	action  access.Action
	offered func(v *view, x *referral.Referral) bool
	fields  func(f *form) []field
	make    func(f *form) referral.Command              // f.bad says what is missing
	effect  func(f *form, do referral.Command) []string // what it leads to, said before it is sent; none: it is sent at once
}

var myActs = []*myAct{
	{path: "verre", listed: true, action: access.Ask, offered: func(_ *view, x *referral.Referral) bool { return x.Open() },
		fields: func(f *form) []field { return []field{f.say("pat.field.worse")} },
		make: func(f *form) referral.Command {
			f.need("tekst")
			return &referral.Ask{About: law.AskWorse, Text: f.text("tekst")}
		}},
	{path: "onske", listed: true, action: access.WishEarlier, offered: func(_ *view, x *referral.Referral) bool { return waiting(x) },
		fields: func(f *form) []field {
			v := f.v
			wish := "ja"
			if !f.x.Earlier.Since.IsZero() {
				wish = "nei"
			}
			notice := field{Name: "varsel", Label: v.T("pat.field.notice"), Kind: "select", Value: strconv.Itoa(f.x.Earlier.Notice), For: "onske-ja"}
			for _, n := range []int{0, 1, 2, 7, 14} {
				notice.Options = append(notice.Options, option{strconv.Itoa(n), v.T("pat.notice." + strconv.Itoa(n)), false})
			}
			return []field{{Name: "onske", Label: v.T("pat.field.wish"), Kind: "choice", Value: wish, Options: v.yesNo(), Need: true}, notice}
		},
		make: func(f *form) referral.Command {
			if f.need("onske") == "nei" {
				return &referral.WishEarlier{No: true}
			}
			n, err := strconv.Atoi(f.value("varsel"))
			if err != nil {
				f.wrong("varsel", "web.act.bad_notice")
			}
			return &referral.WishEarlier{Notice: n}
		}},
	{path: "time", action: access.Postpone, offered: func(v *view, x *referral.Referral) bool { return v.movable(x) },
		fields: func(f *form) []field {
			v := f.v
			return []field{
				{Name: "nar", Label: v.T("pat.field.when"), Kind: "choice", Need: true, Options: []option{{"snart", v.T("pat.when.soon"), false}, {"fra", v.T("pat.when.from"), false}}},
				{Name: "dag", Label: v.T("pat.field.from"), Kind: "day", Help: v.myDeadlineHelp(f.x), For: "nar-fra"},
				{Name: "tekst", Label: v.T("pat.field.why"), Kind: "text"},
			}
		},
		make: func(f *form) referral.Command {
			c := &referral.Postpone{By: law.ByPatient, NoDay: true}
			if f.need("nar") == "fra" {
				c.NotBefore = f.needDay("dag")
				if !c.NotBefore.IsZero() && c.NotBefore.Before(f.v.Today) {
					f.wrong("dag", "pat.wrong.past")
				}
			}
			if f.value("tekst") != "" {
				c.Reason = f.text("tekst")
			}
			return c
		},
		effect: func(f *form, do referral.Command) []string { return f.v.postponeEffect(f.x, do.(*referral.Postpone)) }},
	{path: "tilbud", action: access.AnswerOffer, offered: hasOffer,
		fields: func(f *form) []field {
			v := f.v
			offers := field{Name: "tilbud", Label: v.T("pat.field.offer"), Kind: "choice", Need: true}
			for _, o := range slices.Backward(f.x.Offers) {
				if o.Answer == law.Unanswered {
					offers.Options = append(offers.Options, option{o.At + " " + o.Start.String(), v.provider(o.At) + ", " + v.offerWhen(o), false})
				}
			}
			if len(offers.Options) == 1 {
				offers.Value = offers.Options[0].Value
			}
			return []field{offers, {Name: "svar", Label: v.T("pat.field.answer"), Kind: "choice", Need: true, Options: []option{{"ja", v.T("pat.answer.yes"), false}, {"vent", v.T("pat.answer.wait"), false}, {"nei", v.T("pat.answer.no"), false}}, Help: v.T("pat.answer.help")}}
		},
		make: func(f *form) referral.Command {
			at, start := f.answered()
			f.need("tilbud")
			switch f.need("svar") {
			case "ja":
				return &referral.Accept{At: at, Start: start}
			case "vent":
				return &referral.Decline{At: at, Start: start, WaitFor: f.x.Holder}
			}
			return &referral.Decline{At: at, Start: start}
		},
		effect: func(f *form, do referral.Command) []string {
			switch c := do.(type) {
			case *referral.Accept:
				return f.v.answerEffect(f.x, c.At, c.Start, law.Yes, "")
			case *referral.Decline:
				return f.v.answerEffect(f.x, c.At, c.Start, law.No, c.WaitFor)
			}
			return nil
		}},
	{path: "opplysninger", action: access.ReceiveInformation, offered: func(v *view, x *referral.Referral) bool {
		return x.Open() && !x.InfoAskedOn.IsZero() && x.InfoGotOn.IsZero()
	},
		fields: func(f *form) []field { return []field{f.say("pat.field.information")} },
		make: func(f *form) referral.Command {
			f.need("tekst")
			return &referral.ReceiveInformation{From: string(law.Patient), Text: f.text("tekst")}
		}},
	{path: "annet-sted", listed: true, action: access.Ask, offered: func(_ *view, x *referral.Referral) bool {
		return x.Open() && x.Status != law.Started && x.Right != law.NotAssessed
	},
		fields: func(f *form) []field {
			v := f.v
			return []field{{Name: "sted", Label: v.T("pat.field.place"), Kind: "select", Options: append([]option{{"", v.T("pat.field.place_any"), false}}, v.otherPlaces(f.x)...)}, {Name: "tekst", Label: v.T("pat.field.why_place"), Kind: "text"}}
		},
		make: func(f *form) referral.Command {
			c := &referral.Ask{About: law.AskOtherPlace, Where: f.value("sted")}
			if c.Where != "" && !slices.ContainsFunc(f.v.otherPlaces(f.x), func(o option) bool { return o.Value == c.Where }) {
				f.wrong("sted", "pat.wrong.place")
			}
			if f.value("tekst") != "" {
				c.Text = f.text("tekst")
			}
			return c
		},
		effect: func(f *form, do referral.Command) []string {
			return []string{f.v.T("pat.effect.place"), f.v.T("pat.effect.place_wait")}
		}},
	{path: "melding", listed: true, action: access.Ask, offered: func(_ *view, x *referral.Referral) bool { return true },
		fields: func(f *form) []field { return []field{f.say("pat.field.message")} },
		make: func(f *form) referral.Command {
			f.need("tekst")
			return &referral.Ask{About: law.AskMessage, Text: f.text("tekst")}
		}},
	{path: "klage", listed: true, action: access.Complain, offered: func(_ *view, x *referral.Referral) bool { return !x.AssessedOn.IsZero() },
		fields: func(f *form) []field {
			v := f.v
			about := field{Name: "gjelder", Label: v.T("pat.field.complaint"), Kind: "choice", Need: true}
			for _, a := range []string{"right", "deadline", "information"} {
				about.Options = append(about.Options, option{a, v.T("pat.complaint." + a), false})
			}
			return []field{about, f.say("pat.field.complaint_text")}
		},
		make: func(f *form) referral.Command {
			f.need("tekst")
			return &referral.Complain{About: f.need("gjelder"), By: f.v.s.o.User.Role, Text: f.text("tekst")}
		},
		effect: func(f *form, do referral.Command) []string {
			v := f.v
			out := []string{v.T("pat.effect.complaint"), v.T("pat.effect.complaint_deadline")}
			if limit := law.ComplaintLimit(f.x.AnsweredOn, v.settings()).Value; !limit.IsZero() && v.Today.After(limit) {
				out = append(out, v.T("pat.effect.complaint_late", limit))
			}
			return out
		}},
	{path: "trekk", listed: true, action: access.Withdraw, offered: func(_ *view, x *referral.Referral) bool { return x.Open() && x.Status != law.Started },
		fields: func(f *form) []field { return nil },
		make:   func(f *form) referral.Command { return &referral.Close{Reason: law.Withdrawn} },
		effect: func(f *form, do referral.Command) []string {
			return []string{f.v.T("pat.effect.withdraw"), f.v.T("pat.effect.withdraw_back")}
		}},
}

// say is a field for the patient's own words.
func (f *form) say(label string) field {
	return field{Name: "tekst", Label: f.v.T(label), Kind: "text", Need: true}
}

// movable tells whether there is a time ahead that the patient can give up.
func (v *view) movable(x *referral.Referral) bool {
	a := x.Appointment
	if x.Status == law.Started {
		a = x.Next
	}
	return x.Open() && !a.IsZero() && !a.To.Before(v.Today) && (waiting(x) || x.Status == law.Started)
}

func (v *view) myDeadlineHelp(x *referral.Referral) string {
	if x.StartBy.IsZero() || !x.WaitEnd.IsZero() {
		return ""
	}
	return v.T("pat.field.deadline_help", x.StartBy)
}

// otherPlaces are those the patient can choose among: every provider that treats the field, save the one that has the referral (pbrl. § 2-4).
func (v *view) otherPlaces(x *referral.Referral) []option {
	var out []option
	for _, p := range v.s.desk.Org.Providers() {
		if p.ID == x.Holder {
			continue
		}
		if _, ok := v.s.desk.Org.Unit(p.ID, x.Specialty, v.Today); ok {
			out = append(out, option{p.ID, p.ShortName, false})
		}
	}
	return out
}

// postponeEffect says what giving up the time does to the deadline.
func (v *view) postponeEffect(x *referral.Referral, c *referral.Postpone) []string {
	f := &x.Facts
	a := f.Appointment
	if x.Status == law.Started {
		return []string{v.T("pat.effect.time_gone", v.whenLong(f.Next)), v.T("pat.effect.new_next")}
	}
	out := []string{v.T("pat.effect.time_gone", v.whenLong(a))}
	switch {
	case f.StartBy.IsZero():
		out = append(out, v.T("pat.effect.new_time"))
	case c.NotBefore.After(f.StartBy):
		out = append(out, v.T("pat.effect.past_deadline", c.NotBefore, f.StartBy), v.T("pat.effect.lose_deadline"), v.T("pat.effect.keep_right"))
	default:
		out = append(out, v.T("pat.effect.same_deadline", f.StartBy), v.T("pat.effect.new_time"))
	}
	return out
}

// offerEffect says how an offer stands to the deadline.
func (v *view) offerEffect(f *law.Facts, o law.Offer) string {
	switch {
	case f.StartBy.IsZero():
		return ""
	case o.Start.After(f.StartBy):
		return v.T("pat.offer.after", f.StartBy)
	}
	return v.T("pat.offer.before", f.StartBy)
}

// answerEffect says what a yes or a no leads to.
func (v *view) answerEffect(x *referral.Referral, at string, start day.Day, yes law.Answer, waitFor string) []string {
	f := &x.Facts
	var o law.Offer
	for _, one := range f.Offers {
		if one.Answer == law.Unanswered && one.At == at && one.Start == start {
			o = one
		}
	}
	if o.At == "" {
		return nil
	}
	inTime := !f.StartBy.IsZero() && !o.Start.After(f.StartBy)
	where := v.provider(o.At)
	switch {
	case yes == law.Yes && f.Appointment.IsZero():
		return []string{v.T("pat.effect.yes", v.offerWhen(o), where)}
	case yes == law.Yes:
		return []string{v.T("pat.effect.yes", v.offerWhen(o), where), v.T("pat.effect.time_gone", v.whenLong(f.Appointment))}
	case inTime && waitFor != "":
		return []string{v.T("pat.effect.no_wait", where, v.provider(waitFor)), v.T("pat.effect.lose_deadline"), v.T("pat.effect.keep_right")}
	case inTime:
		return []string{v.T("pat.effect.no", where), v.T("pat.effect.no_helfo"), v.T("pat.effect.keep_right")}
	case f.StartBy.IsZero():
		return []string{v.T("pat.effect.no", where), v.T("pat.effect.keep_right")}
	}
	return []string{v.T("pat.effect.no", where), v.T("pat.effect.same_deadline", f.StartBy), v.T("pat.effect.keep_right")}
}

type myActPage struct {
	*frame
	Head, Intro string
	Urgent      string // whom to call, where it cannot wait
	URL         string
	Case        link
	Quote       string // what the hospital asked
	Fields      []field
	Key         string
	Seq         int
	Submit      string
	Problems    []string
	Missing     int
	Moved       bool
	Effects     []string
	Confirmed   string
}

// myAct shows the form of something a patient can do, or takes it.
func (s *site) myAct(w http.ResponseWriter, r *http.Request, v *view) error {
	what := r.PathValue("what")
	i := slices.IndexFunc(myActs, func(a *myAct) bool { return a.path == what })
	if i < 0 {
		return desk.ErrMissing
	}
	a := myActs[i]
	x, _, err := s.theirs(r, a.action)
	if err != nil {
		return err
	}
	if r.Method == http.MethodPost {
		if err := readForm(w, r); err != nil {
			return err
		}
	}
	var c desk.Case
	if r.Method == http.MethodPost {
		c, err = s.desk.Peek(r.Context(), x.Tenant, x.Referral, desk.View{})
	} else {
		c, err = s.seen(r, x)
	}
	if err != nil {
		return err
	}
	f := &form{v: v, c: c, x: &c.State, bad: make(map[string][]string), person: c.Person}
	at := myURL(c.Tenant, c.ID)
	p := myActPage{frame: v.frame, Head: v.T("pat.act." + a.path), Intro: v.T("pat.intro." + a.path), URL: at + "/" + a.path, Case: link{at, v.T("pat.back")}, Submit: v.T("pat.send." + a.path), Seq: c.State.Seq}
	v.Title = p.Head
	if a.path == "verre" {
		p.Urgent = v.T("pat.urgent")
	}
	if a.path == "opplysninger" {
		notes, err := s.notes(r, c)
		if err != nil {
			return err
		}
		if asked := v.myAsked(c, notes); asked != nil {
			p.Quote = asked.Text
		}
	}
	show := func(status int) error {
		p.Fields = f.show(a.fields(f))
		for _, x := range p.Fields {
			if len(x.Errors) > 0 {
				p.Missing++
			}
		}
		return s.render(w, status, "meggjor", v, p)
	}
	if r.Method == http.MethodPost {
		p.Key = r.PostForm.Get("key")
		for _, rec := range c.Records {
			if rec.Key == p.Key { // sent twice: it is done
				http.Redirect(w, r, at+"?gjort="+strconv.Itoa(rec.Seq), http.StatusSeeOther)
				return nil
			}
		}
	}
	if !a.offered(v, &c.State) { // no longer, or a guessed address
		v.Title = v.T("pat.not_now")
		return s.render(w, http.StatusUnprocessableEntity, "notice", v, notice{frame: v.frame, State: "refusal", Head: v.Title, Lines: []string{v.T("pat.not_now_text")}, Link: p.Case})
	}
	if r.Method != http.MethodPost {
		p.Key = rand.Text()
		return show(http.StatusOK)
	}
	f.typed = r.PostForm
	do := a.make(f)
	if len(f.bad) > 0 || do == nil {
		return show(http.StatusUnprocessableEntity)
	}
	if seen, err := strconv.Atoi(f.value("seq")); err != nil || seen != c.State.Seq {
		p.Moved = true
		return show(http.StatusConflict)
	}
	u := s.o.User
	o := desk.Order{Tenant: c.Tenant, Referral: c.ID, Key: p.Key, Known: s.desk.Now(), Seen: c.State.Seq, At: referral.At{On: v.Today, Minute: -1, Role: u.Role, Actor: u.ID, Place: c.State.Holder}, Do: do}
	if a.effect != nil {
		_, _, err := s.desk.Prepare(r.Context(), o, c.Log)
		var refusal *referral.Refusal
		if err == nil {
			effects := a.effect(f, do)
			if token := effectToken(effects); f.value("bekreft") != token {
				p.Effects, p.Confirmed, p.Submit = effects, token, v.T("pat.send_yes")
				return show(http.StatusOK)
			}
		} else if !errors.As(err, &refusal) {
			return err
		} // a refusal is left to the desk, which writes it down
	}
	out, err := s.desk.Take(r.Context(), o)
	var refusal *referral.Refusal
	switch {
	case errors.As(err, &refusal):
		p.Problems = v.layRefusal(refusal)
		return show(http.StatusUnprocessableEntity)
	case errors.Is(err, desk.ErrMoved):
		if c, err = s.desk.Peek(r.Context(), c.Tenant, c.ID, desk.View{}); err != nil {
			return err
		}
		f.c, f.x, p.Seq, p.Moved = c, &c.State, c.State.Seq, true
		return show(http.StatusConflict)
	case err != nil:
		return err
	}
	http.Redirect(w, r, at+"?gjort="+strconv.Itoa(out.Seq), http.StatusSeeOther)
	return nil
}

// effectToken names what was said before something was sent: another consequence is said anew.
func effectToken(effects []string) string {
	if len(effects) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(effects, "\n")))
	return hex.EncodeToString(sum[:8])
}

// layRefusal is the law's no in plain words.
func (v *view) layRefusal(r *referral.Refusal) []string {
	var out []string
	for _, o := range r.Objections {
		for _, b := range o.Because {
			if key := "pat.refused." + b.Code; words.Has(words.NB, key) {
				out = append(out, v.T(key))
			} else {
				out = append(out, say.Reason(v.Lang, b))
			}
		}
	}
	return slices.Compact(out)
}
