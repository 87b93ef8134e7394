package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
)

// What people record of letters on their way: that one was posted, that the receiver has it, that it did not arrive.

// receiver names who a letter goes to.
func (v *view) receiver(to string) string { return v.T("web.receiver." + to) }

// openDeliveries are the letters that are not known to have arrived, the oldest first.
func openDeliveries(x *referral.Referral) []law.Delivery {
	var out []law.Delivery
	for _, d := range x.Deliveries {
		if d.Open() {
			out = append(out, d)
		}
	}
	return out
}

// deliveryCode names a letter to a receiver in a form: "12-patient".
func deliveryCode(letter int, to string) string { return strconv.Itoa(letter) + "-" + to }

// deliveryOption writes a letter under way: «Rett til helsehjelp, til pasienten, sendt 2. mai (Helsenorge)».
func (v *view) deliveryOption(d law.Delivery) option {
	return option{deliveryCode(d.Letter, d.To), v.T("web.delivery.letter", v.T("letter."+string(d.Kind)), lowerFirst(v.receiver(d.To)), v.short(d.SentOn), lowerFirst(v.T("channel."+string(d.Channel)))), false}
}

// whichDelivery asks which letter it is about.
func (f *form) whichDelivery(some []law.Delivery) field {
	x := field{Name: "sending", Label: f.v.T("web.delivery.which"), Kind: "select", Need: true}
	for _, d := range some {
		x.Options = append(x.Options, f.v.deliveryOption(d))
	}
	if f.base == nil && len(x.Options) > 0 {
		x.Value = x.Options[0].Value
		asked, _ := url.ParseQuery(f.v.query) // the letter office leads to one of them
		if code := asked.Get("sending"); slices.ContainsFunc(x.Options, func(o option) bool { return o.Value == code }) {
			x.Value = code
		}
	}
	return x
}

// delivery reads which letter it is about.
func (f *form) delivery() (letter int, to string) {
	at, to, ok := strings.Cut(f.need("sending"), "-")
	n, err := strconv.Atoi(at)
	if !ok || err != nil || n < 1 {
		if len(f.bad["sending"]) == 0 {
			f.wrong("sending", "web.act.needed")
		}
		return 0, ""
	}
	return n, to
}

// correctable are the letters a form may be about: those that are open, and of a correction all.
func (f *form) correctable(closed bool) []law.Delivery {
	if f.base != nil || closed {
		return f.x.Deliveries
	}
	return openDeliveries(f.x)
}

func deliveredFields(f *form) []field {
	v := f.v
	how := field{Name: "hvordan", Label: v.T("web.delivery.how"), Kind: "choice", Need: true, Help: v.T("web.delivery.how_help"),
		Options: []option{{"posted", v.T("web.delivery.posted"), false}, {"told", v.T("web.delivery.told"), false}, {"receipt", v.T("web.delivery.receipt"), false}}}
	some := f.correctable(false)
	if len(some) > 0 && some[0].Channel == law.ChannelPost && some[0].Posted.IsZero() {
		how.Value = "posted"
	}
	return []field{f.whichDelivery(some), how}
}

func makeDelivered(f *form) referral.Command {
	c := based[referral.LetterDelivered](f)
	c.Letter, c.To = f.delivery()
	switch how := f.need("hvordan"); how {
	case "posted":
		c.Channel, c.Confirmed = law.ChannelPost, false
	case "told":
		c.Channel, c.Confirmed = law.ChannelPerson, true
	case "receipt":
		if d, ok := f.x.Delivery(c.Letter, c.To); ok {
			c.Channel, c.Confirmed = d.Channel, true
		}
	}
	return c
}

func deliveredValues(_ *view, c referral.Command) url.Values {
	x := c.(*referral.LetterDelivered)
	how := "receipt"
	switch {
	case x.Channel == law.ChannelPost && !x.Confirmed:
		how = "posted"
	case x.Channel == law.ChannelPerson:
		how = "told"
	}
	return url.Values{"sending": {deliveryCode(x.Letter, x.To)}, "hvordan": {how}}
}

func notDeliveredFields(f *form) []field {
	v := f.v
	why := field{Name: "hvorfor", Label: v.T("web.delivery.why"), Kind: "select", Need: true, Help: v.T("web.delivery.why_help")}
	for _, code := range law.UndeliveredCodes {
		why.Options = append(why.Options, option{string(code), v.T("undelivered." + string(code)), false})
	}
	var some []law.Delivery
	for _, d := range f.correctable(true) {
		if f.base != nil || d.Open() && d.Channel != law.ChannelPerson || d.Channel == law.ChannelPost && d.Stopped.IsZero() {
			some = append(some, d)
		}
	}
	which := f.whichDelivery(some)
	for _, d := range some { // most likely of the one it is about: a letter in the post comes back, a digital one goes unanswered
		if f.base == nil && which.Value == deliveryCode(d.Letter, d.To) {
			if why.Value = string(law.NotOpened); d.Channel == law.ChannelPost {
				why.Value = string(law.ReturnedMail)
			}
		}
	}
	return []field{which, why}
}

func makeNotDelivered(f *form) referral.Command {
	c := based[referral.LetterNotDelivered](f)
	c.Letter, c.To = f.delivery()
	c.Code = law.Undelivered(f.need("hvorfor"))
	if d, ok := f.x.Delivery(c.Letter, c.To); ok && f.base == nil {
		c.Channel = d.Channel
	}
	return c
}

func notDeliveredValues(_ *view, c referral.Command) url.Values {
	x := c.(*referral.LetterNotDelivered)
	return url.Values{"sending": {deliveryCode(x.Letter, x.To)}, "hvorfor": {string(x.Code)}}
}

// A deliveryLine is how one letter to one receiver goes, in words.
type deliveryLine struct {
	To, ToLower string // «Til pasienten», «til pasienten»
	Icon, State string
	Text        string // «Levert 3. mai (Helsenorge)», «Ikke levert: ingen kvittering. Går i posten»
	Due         day.Day
	By, Press   string
}

// deliveryLines say how the letters of an entry go.
func (v *view) deliveryLines(x *referral.Referral, entry int) []deliveryLine {
	var out []deliveryLine
	for _, d := range x.Deliveries {
		if d.Letter == entry {
			out = append(out, v.deliveryLine(d))
		}
	}
	return out
}

// deliveryLine says how a letter goes.
func (v *view) deliveryLine(d law.Delivery) deliveryLine {
	way := lowerFirst(v.T("channel." + string(d.Channel)))
	out := deliveryLine{To: v.receiver(d.To), ToLower: lowerFirst(v.receiver(d.To))}
	switch {
	case !d.On.IsZero():
		out.Icon, out.State, out.Text = "check", "done", v.T("web.delivery.delivered", v.short(d.On), way)
		for _, t := range d.Tried {
			out.Text += ". " + v.T("web.delivery.tried", lowerFirst(v.T("channel."+string(t.Channel))), lowerFirst(v.T("undelivered."+string(t.Code))))
		}
	case !d.Stopped.IsZero():
		out.Icon, out.State, out.Text = "ring", "off", v.T("web.delivery.stopped", v.short(d.Stopped))
	case d.Channel == law.ChannelPerson:
		out.Icon, out.State, out.Text = "cross", "late", v.T("web.delivery.to_person")
	case d.Channel == law.ChannelPost && d.Posted.IsZero():
		out.Icon, out.State, out.Text = "print", "soon", v.T("web.delivery.to_print")
	case d.Channel == law.ChannelPost:
		out.Icon, out.State, out.Text = "clock", "calm", v.T("web.delivery.posted_on", v.short(d.Posted))
	default:
		out.Icon, out.State, out.Text = "clock", "calm", v.T("web.delivery.waits", way)
	}
	if n := len(d.Tried); n > 0 && d.On.IsZero() && d.Stopped.IsZero() {
		last := d.Tried[n-1]
		out.Text = v.T("web.delivery.failed", lowerFirst(v.T("channel."+string(last.Channel))), lowerFirst(v.T("undelivered."+string(last.Code)))) + " " + out.Text
	}
	if d.Open() {
		out.Due = law.DeliveryDue(&d, v.s.desk.Settings)
		out.By, out.Press = v.dueWord(out.Due)
	}
	return out
}

// told is how a letter goes when it is handed over or told: no receipt is waited for.
const told = "fortalt"

// letterWays lists how a letter can go here to a patient, a referrer, or the doctor of an application, who reads it in the house unless it is sent.
func (s *site) letterWays(code string) []string {
	digital := []law.Channel{law.ChannelMailbox, law.ChannelHelsenorge}
	if code != "pasient" {
		digital = []law.Channel{law.ChannelMessage}
	}
	var out []string
	for _, c := range digital {
		if slices.Contains(s.o.Ways, c) {
			out = append(out, string(c))
		}
	}
	if out = append(out, string(law.ChannelPost)); code == "lege" {
		return append([]string{told}, out...)
	}
	return append(out, told)
}

// wayField asks how a letter to a receiver goes.
func (v *view) wayField(code, name string) field {
	x := field{Name: "vei-" + code, Label: v.T("web.delivery.way_to", lowerFirst(v.T(name))), Kind: "select"}
	for _, way := range v.s.letterWays(code) {
		text := v.T("channel." + way)
		switch {
		case way == told && code == "lege":
			text = v.T("exc.in_house")
		case way == told:
			text = v.T("web.delivery.told")
		}
		x.Options = append(x.Options, option{way, text, false})
	}
	x.Value = x.Options[0].Value
	return x
}

// chosenWay is how a letter goes: what was chosen, or else what is proposed; empty when it is told. ok is false when what was chosen is no way here.
func (f *form) chosenWay(code string) (way law.Channel, ok bool) {
	ways := f.v.s.letterWays(code)
	chosen := f.value("vei-" + code)
	if ok = chosen == "" || slices.Contains(ways, chosen); !ok || chosen == "" {
		chosen = ways[0]
	}
	if chosen == told {
		return "", ok
	}
	return law.Channel(chosen), ok
}

// wayFields ask how each letter goes.
func (w *writing) wayFields() []field {
	var out []field
	for _, r := range receivers {
		if _, ok := w.made[r.code]; ok {
			out = append(out, w.f.v.wayField(r.code, r.name))
		}
	}
	return out
}

// way is how a letter goes: what was chosen, or else what is proposed; empty when it is told.
func (w *writing) way(code string) law.Channel {
	way, _ := w.f.chosenWay(code)
	return way
}

// waysKnown says what is wrong with a way that is none.
func (w *writing) waysKnown() bool {
	ok := true
	for _, r := range receivers {
		if _, known := w.f.chosenWay(r.code); !known {
			w.f.wrong("vei-"+r.code, "web.act.needed")
			ok = false
		}
	}
	return ok
}
