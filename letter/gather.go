package letter

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// gathering is the facts of one letter being found.
type gathering struct {
	in      *Input
	kind    law.Letter
	variant string
	to      Recipient
	lang    words.Lang
	facts   Facts
	foreign map[string]bool // places whose words are in another language
}

func (g *gathering) set(place, value string) {
	if value != "" {
		g.facts.Values[place] = value
	}
}

func (g *gathering) day(place string, d day.Day) { g.set(place, words.Date(g.lang, d)) }

func (g *gathering) holds(condition string, is bool) {
	if is {
		g.facts.Holds[condition] = true
	}
}

// clock writes a time of day: "10.30".
func clock(m day.Moment) string {
	if !m.HasClock() {
		return ""
	}
	return fmt.Sprintf("%02d.%02d", m.Minute/60, m.Minute%60)
}

// moment writes a day with its clock time: "12. mars 2027 klokken 10.30"; the day alone when it has none.
func (g *gathering) moment(m day.Moment) string {
	if c := clock(m); c != "" {
		return phrase(g.lang, "at", words.Date(g.lang, m.Day), c)
	}
	return words.Date(g.lang, m.Day)
}

// appointment writes a time, or an interval.
func (g *gathering) appointment(a law.Appointment) string {
	switch {
	case a.IsZero():
		return ""
	case a.From != a.To:
		return phrase(g.lang, "to", words.Date(g.lang, a.From), words.Date(g.lang, a.To))
	}
	return g.moment(a.Moment())
}

// named finds the name of a provider, a site or a pathway.
func (g *gathering) named(id string) string {
	if n := g.in.Names[id]; n != "" {
		return n
	}
	return id
}

// gather finds every value and condition of the letter. What people gave fills what the referral leaves open.
func (g *gathering) gather() error {
	in, r := g.in, g.in.Case
	if g.in.Case.Concerns == law.Forensic && g.kind == law.LetterNotAssessed && g.to != Referrer {
		return &Untrue{g.kind, "no letter goes to the person examined in a criminal case (guide 6.4)"}
	}
	if err := g.fits(); err != nil {
		return err
	}
	g.frame()
	g.house()

	g.day("seniority_date", r.Seniority)
	g.day("received_date", r.ReceivedOn)
	g.day("assessment_due_date", r.AssessBy)
	g.day("assessed_date", r.AssessedOn)
	g.day("deadline_date", r.StartBy)
	g.set("referrer_name", in.Referrer.Name)
	g.set("case_reference", in.Reference)
	g.set("patient_name", in.Patient.Name)
	g.day("patient_born", in.Patient.Born)
	g.set("patient_phone", in.Patient.Phone)
	g.set("pathway_name", g.named(r.Pathway))
	g.set("law_sections", sections(g.variant, g.lang))

	g.holds("late", g.late())
	g.holds("guarantee_65", g.guarantee())
	g.holds("pathway", r.Pathway != "")
	g.holds("waiting", law.IsWaiting(&r.Facts, in.On))
	g.holds("has_deadline", r.Right == law.Granted && !r.StartBy.IsZero())
	g.holds("deficient", r.Deficient)
	g.holds("granted", g.kind == law.LetterGranted || (g.kind == law.LetterSecondOpinion && r.Right == law.Granted))
	g.holds("not_granted", g.kind == law.LetterNotGranted || (g.kind == law.LetterSecondOpinion && r.Right == law.NotGranted))
	for _, c := range law.Concerns {
		if isCondition(string(c)) {
			g.holds(string(c), r.Concerns == c)
		}
	}
	g.answer()
	g.care()
	g.time()
	g.meeting()

	switch g.kind {
	case law.LetterForwarded:
		g.forwarded()
	case law.LetterNotAssessed:
		g.notAssessed()
	case law.LetterChanged:
		if err := g.changed(); err != nil {
			return err
		}
	case law.LetterOffer, law.LetterDeclined:
		g.offer()
	case law.LetterPostponed:
		if err := g.postponed(); err != nil {
			return err
		}
	case law.LetterBreach:
		if err := g.breach(); err != nil {
			return err
		}
	case law.LetterNewCondition:
		g.day("new_received_date", r.Seniority)
		g.set("new_unit_name", in.Unit.Name)
	case law.LetterComplaintReceived, law.LetterComplaintSentOn, law.LetterComplaintUpheld:
		g.complaint()
	}
	g.reasons()
	g.given()
	g.expected()
	for _, c := range []string{"advice_text", "practical_information", "travel_text", "professional_feedback", "complaint_portal"} {
		g.holds(c, g.facts.Values[c] != "")
	}
	g.holds("complaint_incomplete", g.facts.Values["complaint_missing_text"] != "")
	g.holds("partly", g.facts.Values["not_upheld_text"] != "")
	g.holds("other_result", g.facts.Values["upheld_text"] != "")
	return nil
}

// fits refuses a letter that says what was not decided (law.InformObjections), or that there is nothing behind.
func (g *gathering) fits() error {
	r := g.in.Case
	for _, o := range law.InformObjections(&r.Facts, g.kind, true, true, false, g.in.On).Refused() {
		return &Untrue{g.kind, "it does not agree with what was decided (" + strings.Join(o.Norms, ", ") + "): the right is " + string(r.Right)}
	}
	offered := func(a law.Answer) bool {
		return slices.ContainsFunc(r.Offers, func(o law.Offer) bool { return o.Answer == a })
	}
	why := ""
	switch g.kind {
	case law.LetterForwarded:
		if len(r.Hops) == 0 && r.ClosedFor != "out_of_region" {
			why = "the referral has not been sent on"
		}
	case law.LetterBreach, law.LetterPostponed, law.LetterOffer, law.LetterDeclined:
		switch {
		case r.Right != law.Granted:
			why = "there is no right, and so no deadline"
		case g.kind == law.LetterOffer && !offered(law.Unanswered):
			why = "no offer is open"
		case g.kind == law.LetterDeclined && !offered(law.No):
			why = "no declined offer is on record (G9.2-6)"
		}
	case law.LetterNotAssessed:
		if r.Concerns == "" || r.Concerns == law.Mixed {
			why = "what the matter concerns has not been classified"
		}
	case law.LetterNewCondition:
		if !r.NewCondition {
			why = "the referral is not of a condition found in care (G3.3.2-4)"
		}
	case law.LetterSecondOpinion:
		if !r.SecondOpinion {
			why = "the referral is not for a new assessment"
		}
	case law.LetterComplaintReceived, law.LetterComplaintSentOn, law.LetterComplaintUpheld:
		complained := func(e *referral.Event) bool { return e != nil && e.Ask.Verb() == "complain" }
		if len(g.in.Log) > 0 && !slices.ContainsFunc(referral.Speaking(g.in.Log), complained) {
			why = "no complaint is recorded"
		}
	}
	if why != "" {
		return &Untrue{g.kind, why}
	}
	return nil
}

// frame fills the head and the foot.
func (g *gathering) frame() {
	in := g.in
	to := in.Patient
	switch g.to {
	case Guardian:
		to = in.Guardian
	case Referrer:
		to = in.Referrer
	}
	g.set("hospital_name", in.Hospital)
	g.set("unit_name", in.Unit.Name)
	g.set("recipient_name", to.Name)
	g.set("recipient_address", strings.Join(to.Address, "\n"))
	g.day("letter_date", in.On)
	g.set("responsible_name", in.Sender.Name)
	g.set("responsible_title", in.Sender.Title)
	g.set("copy_recipients", strings.Join(in.Copies, ", "))
	g.holds("recipient_address", len(to.Address) > 0)
	g.holds("for_someone_else", g.to == Guardian)
	g.holds("copy_sent", len(in.Copies) > 0 && g.variant != "referrer_copy")
	g.holds("english_copy", g.lang == words.EN && g.to != Referrer)
}

// house fills what configuration gives.
func (g *gathering) house() {
	in, c := g.in, g.in.Contacts
	county := c.of(in.County)
	g.set("unit_phone", in.Unit.Phone)
	g.set("guidance_phone", in.Unit.GuidancePhone)
	g.set("emergency_phone", c.EmergencyPhone)
	g.set("helfo_phone", c.HelfoPhone)
	g.set("choice_phone", c.ChoicePhone)
	g.set("choice_url", c.ChoiceURL)
	g.set("ombud_phone", county.OmbudPhone)
	g.set("county_governor_name", county.GovernorName)
	g.set("county_governor_address", county.GovernorAddress)
	g.set("complaint_address", c.ComplaintAddress)
	g.set("complaint_portal", c.ComplaintPortal)
	g.set("practical_information", c.PracticalText)
	g.set("practical_information", in.Unit.Practical)
	g.set("reply_channel", c.ReplyChannel)
	g.set("reply_address", c.ReplyAddress)
	g.holds("interpreter_offered", !c.NoInterpreter)
}

// late tells whether the answer comes after the assessment limit, as the law's rule on answers has it.
func (g *gathering) late() bool {
	r := g.in.Case
	first := !r.AnswerSent.Patient && !r.SecondOpinion
	for _, o := range law.InformObjections(&r.Facts, g.kind, true, false, first, g.in.On).Warned() {
		if o.Names("G8-1") {
			return true
		}
	}
	return false
}

// guarantee tells whether the 65 working days apply: as found at the assessment, or found now.
func (g *gathering) guarantee() bool {
	r := g.in.Case
	if r.Right != law.Granted {
		return false
	}
	if f := r.Found.Guarantee; f != nil {
		return !f.Value.IsZero()
	}
	return !law.Guarantee65(&r.Facts, r.AssessedOn, g.in.Settings).Value.IsZero()
}

// answer finds the code of list 9148 a referrer is answered with.
func (g *gathering) answer() {
	r := g.in.Case
	code := ""
	switch {
	case g.kind == law.LetterForwarded:
		code = "3"
	case r.Right == law.NotGranted:
		code = "4"
	case r.Right == law.Granted && r.Appointment.HasClock():
		code = "1"
	case r.Right == law.Granted:
		code = "2"
	case r.Right == law.NotAssessed && r.Concerns == law.Guidance:
		code = "11"
	}
	if code != "" {
		g.set("answer_code", code)
		g.set("answer_text", words.Say(g.lang, "answer_code."+code))
	}
}

// care names what must have begun by the deadline, and what happens first.
func (g *gathering) care() {
	r := g.in.Case
	kind := "either"
	if r.Clarified == law.Yes {
		kind = "treatment"
	}
	g.set("care_start", phrase(g.lang, "care_start."+kind))
	step := phrase(g.lang, "first_step."+string(r.Appointment.What))
	if step == "" || g.kind == law.LetterOffer {
		step = phrase(g.lang, "first_step."+kind)
	}
	g.set("first_step", step)
}

// missed tells whether a time after the deadline breaks the right. One the patient has chosen, or health demands, does not: then the letter speaks of
// no breach.
func (g *gathering) missed() bool {
	r := g.in.Case
	return !r.StartBy.IsZero() && !r.Appointment.IsZero() && r.Appointment.To.After(r.StartBy) &&
		law.Breach(&r.Facts, g.in.On, g.in.Settings).Value != law.NoBreach
}

// time fills what is known of the time the patient waits for.
func (g *gathering) time() {
	r := g.in.Case
	a := r.Appointment
	g.holds("time_set", a.HasClock())
	g.holds("own_appointment", !a.IsZero())
	if a.IsZero() {
		return
	}
	if a.HasClock() {
		g.day("appointment_date", a.From)
		g.set("appointment_weekday", words.Weekday(g.lang, a.From.Weekday()))
		g.set("appointment_time", clock(a.Moment()))
	} else {
		g.day("interval_from", a.From)
		g.day("interval_to", a.To)
	}
	place := g.in.Unit.Place
	if a.At != "" && a.At != r.Holder {
		place = g.named(a.At)
		if a.Site != "" {
			place = g.named(a.Site) + ", " + place
		}
	} else if a.Site != "" && (place == "" || a.Site != r.Site) {
		place = g.named(a.Site)
	}
	if a.Form == "video" || a.Form == "phone" {
		g.holds("virtual", true)
		g.set("contact_form", phrase(g.lang, "form."+a.Form))
		place = phrase(g.lang, "form."+a.Form)
	}
	g.set("appointment_place", place)
	g.day("own_expected_date", a.From)
	switch {
	case r.StartBy.IsZero():
	case g.missed():
		g.holds("appointment_after_deadline", true)
	case a.To == r.StartBy:
		g.holds("appointment_on_deadline", true)
	default: // also a time after the deadline that the patient has chosen: the day of the deadline is not the day to come
		g.holds("appointment_before_deadline", true)
	}
}

// meeting fills the preliminary meeting.
func (g *gathering) meeting() {
	m := g.in.Case.Meeting
	if m.IsZero() {
		return
	}
	g.holds("preliminary", true)
	g.set("preliminary_date", g.appointment(m))
	g.set("preliminary_what", phrase(g.lang, "preliminary."+string(m.What)))
}

// forwarded fills a letter of a referral sent on.
func (g *gathering) forwarded() {
	r := g.in.Case
	g.holds("out_of_region", r.ClosedFor == "out_of_region")
	if len(r.Hops) == 0 {
		g.day("forwarded_date", r.ClosedOn)
		g.holds("not_yet_assessed", true)
		return
	}
	h := r.Hops[len(r.Hops)-1]
	came := r.ReceivedFirst()
	if n := len(r.Hops); n > 1 {
		came = r.Hops[n-2].On
	}
	g.day("received_date", came)
	g.day("forwarded_date", h.On)
	g.set("new_hospital_name", g.named(h.To))
	g.holds("not_yet_assessed", !h.Assessed)
}

// notAssessed fills a letter of a matter that is not assessed.
func (g *gathering) notAssessed() {
	r := g.in.Case
	g.set("inquiry_text", lowerFirst(words.Say(g.lang, "concerns."+string(r.Concerns))))
	g.set("handling_unit", g.in.Unit.Name)
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(next) {
		return s // NAV and its like
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// told finds where the referral stood when the patient last was told of deadline and time; false when the log does not say.
func (g *gathering) told() (referral.Referral, bool) {
	log := g.in.Log
	for i := len(log) - 1; i >= 0; i-- {
		c, ok := log[i].Event.Ask.(*referral.Inform)
		if !ok || !c.Patient {
			continue
		}
		was := referral.Fold(log[:i+1])
		if len(was.Letters) == 0 {
			continue
		}
		switch was.Letters[len(was.Letters)-1].Kind {
		case law.LetterGranted, law.LetterSecondOpinion, law.LetterChanged, law.LetterPostponed, law.LetterComplaintUpheld:
			return was, true
		}
	}
	return referral.Referral{}, false
}

// changed fills what is new since the patient last was told: the time, the deadline, or both.
func (g *gathering) changed() error {
	r := g.in.Case
	was, known := g.told()
	now := r.Appointment
	var deadline, moved bool
	if known {
		deadline = was.StartBy != r.StartBy && !was.StartBy.IsZero()
		moved = !was.Appointment.IsZero() && !sameTime(was.Appointment, now)
		g.set("old_appointment", g.appointment(was.Appointment))
		g.day("old_deadline_date", was.StartBy)
	} else {
		if deadline = (r.Changed.Patient || r.Changed.Referrer) && len(r.Deadlines) > 1; deadline {
			g.day("old_deadline_date", r.Deadlines[len(r.Deadlines)-2].Date)
		}
		moved = g.in.Given.Words["old_appointment"] != ""
	}
	if !deadline && !moved {
		return &Untrue{g.kind, "neither the deadline nor the time is another than the patient was told; a first time goes in the letter of the right"}
	}
	g.holds("deadline_changed", deadline)
	g.holds("time_changed", moved && now.HasClock())
	g.holds("time_cancelled", moved && !now.HasClock())
	g.holds("time_stands", !moved && now.HasClock())
	g.holds("week_stands", !moved && !now.IsZero() && !now.HasClock())
	g.holds("no_time_yet", !moved && now.IsZero())
	g.holds("time_after_deadline", g.missed())
	return nil
}

// sameTime tells whether two appointments are the same to the one who comes.
func sameTime(a, b law.Appointment) bool {
	return a.From == b.From && a.To == b.To && a.Minute == b.Minute && a.At == b.At && a.Site == b.Site && a.Form == b.Form
}

// offer fills the offer a letter is about: the latest that is open, or the latest that was declined.
func (g *gathering) offer() {
	r := g.in.Case
	want := law.Unanswered
	if g.kind == law.LetterDeclined {
		want = law.No
	}
	for i := len(r.Offers) - 1; i >= 0; i-- {
		o := r.Offers[i]
		if o.Answer != want {
			continue
		}
		at := g.in.Hospital
		if o.At != "" && o.At != r.Holder {
			at = g.named(o.At)
		}
		g.set("offer_hospital", at)
		g.day("offer_date", o.Start)
		g.set("offer_weekday", words.Weekday(g.lang, o.Start.Weekday()))
		if o.Minute > 0 {
			g.set("offer_time", clock(day.Moment{Day: o.Start, Minute: o.Minute - 1}))
		}
		g.day("declined_date", o.On)
		g.holds("offer_within_deadline", !r.StartBy.IsZero() && !o.Start.After(r.StartBy))
		wait := g.in.Hospital
		if o.WaitFor != "" {
			wait = g.named(o.WaitFor)
		}
		g.set("waiting_for_place", wait)
		return
	}
}

// postponed fills the latest postponement.
func (g *gathering) postponed() error {
	r := g.in.Case
	if len(r.Postponements) == 0 {
		return &Untrue{g.kind, "no postponement is recorded"}
	}
	p := r.Postponements[len(r.Postponements)-1]
	switch p.By {
	case law.ByPatient:
		g.holds("by_patient", true)
	case law.ByMedical:
		g.holds("by_medical", true)
	default:
		return &Untrue{g.kind, "the hospital put the time off itself: that is told in the letter of a change, and it keeps no breach from counting"}
	}
	g.day("postpone_request_date", p.On)
	g.day("postpone_to_date", p.To)
	speaks := referral.Speaking(g.in.Log)
	for i := len(speaks) - 1; i >= 0; i-- {
		if speaks[i] == nil {
			continue
		}
		if _, ok := speaks[i].Ask.(*referral.Postpone); !ok || speaks[i].On != p.On {
			continue
		}
		before := referral.Fold(g.in.Log[:i])
		if a := before.Appointment; !a.IsZero() && !a.To.After(r.StartBy) {
			g.set("offered_date", g.appointment(a))
		}
		break
	}
	for i := len(r.Offers) - 1; i >= 0 && g.facts.Values["offered_date"] == ""; i-- {
		if o := r.Offers[i]; !o.Start.After(r.StartBy) {
			g.day("offered_date", o.Start)
		}
	}
	return nil
}

// breach fills the letter of a deadline that is not kept.
func (g *gathering) breach() error {
	r := g.in.Case
	state := law.Breach(&r.Facts, g.in.On, g.in.Settings)
	if r.PutOff.On.IsZero() && r.HelfoOn.IsZero() && r.AgreedNotOn.IsZero() {
		return &Untrue{g.kind, "Helfo has neither been notified nor agreed away with the patient (G9.2-7): record which first"}
	}
	if state.Value == law.NoBreach && (!r.PutOff.On.IsZero() || !r.WaitEnd.IsZero()) {
		return &Untrue{g.kind, "the deadline is not broken, and no breach is to be expected (" + strings.Join(state.Norms, ", ") + ")"}
	}
	g.holds("breach_expected", state.Value != law.Occurred)
	g.holds("helfo_notified", !r.HelfoOn.IsZero())
	g.day("helfo_notified_date", r.HelfoOn)
	expected := r.Appointment.From
	for _, e := range referral.Speaking(g.in.Log) {
		if e == nil {
			continue
		}
		if c, ok := e.Ask.(*referral.NotifyHelfo); ok && !c.AgreedNot && r.Appointment.IsZero() {
			expected = c.ExpectedStart
		}
	}
	if d, ok := g.in.Given.Days["expected_start_date"]; ok && expected.IsZero() {
		expected = d
	}
	g.day("expected_start_date", expected)
	g.holds("expected_start", !expected.IsZero())
	return nil
}

// complaint fills what the log says of the latest complaint.
func (g *gathering) complaint() {
	r, s := g.in.Case, g.in.Settings
	var sentOn, governor bool
	received := g.in.Given.Days["complaint_received_date"]
	about := g.in.Given.Words["complaint_about"]
	var before referral.Referral
	known := false
	speaks := referral.Speaking(g.in.Log)
	for i, e := range speaks {
		if e == nil {
			continue
		}
		switch c := e.Ask.(type) {
		case *referral.Complain:
			received, about, sentOn, governor = e.On, c.About, false, false
			before, known = referral.Fold(g.in.Log[:i]), true
		case *referral.DecideComplaint:
			switch c.Outcome {
			case "sent_on":
				sentOn = true
				g.day("sent_on_date", e.On)
			case "upheld":
				if governor = sentOn; governor {
					g.day("governor_decision_date", e.On)
				}
			}
		}
	}
	if _, said := g.in.Given.Days["governor_decision_date"]; said {
		governor = true
	}
	g.holds("decided_by_hospital", !governor)
	g.day("complaint_received_date", received)
	g.set("complaint_about_text", phrase(g.lang, "about."+about))
	if !received.IsZero() {
		g.day("complaint_reply_by", received.Add(g.in.Contacts.ComplaintDays))
		f := r.Facts
		if known {
			f = before.Facts
		}
		g.holds("complaint_late", about != "" && len(law.ComplaintObjections(&f, about, received, s).Warned()) > 0)
	}
	g.holds("right_granted", r.Right == law.Granted && (!known || before.Right != law.Granted))
	if known && before.Right == law.Granted && before.StartBy != r.StartBy {
		g.holds("deadline_changed", true)
		g.day("old_deadline_date", before.StartBy)
	}
}

// reasons fills why the answer was no: what the assessor answered to each condition.
func (g *gathering) reasons() {
	if g.kind == law.LetterSecondOpinion {
		g.holds("right_granted", g.in.Case.Right == law.Granted)
	}
	speaks := referral.Speaking(g.in.Log)
	for i := len(speaks) - 1; i >= 0; i-- {
		if speaks[i] == nil {
			continue
		}
		if c, ok := speaks[i].Ask.(*referral.Assess); ok {
			g.holds("reason_not_needed", c.Need == law.No)
			g.holds("reason_benefit", c.Benefit == law.No)
			g.holds("reason_cost", c.ReasonableCost == law.No)
			return
		}
	}
}

// given fills what people gave, where the referral gave nothing.
func (g *gathering) given() {
	in := g.in.Given
	named := func(place string) bool { return place == "care_start" || place == "first_step" }
	open := func(place string) bool {
		return isPlace(place) && (g.facts.Values[place] == "" || named(place))
	}
	for place, d := range in.Days {
		if open(place) {
			g.day(place, d)
		}
	}
	for place, m := range in.Times {
		switch {
		case !open(place):
		case places()[place] == isClock:
			g.set(place, clock(m))
		default:
			g.set(place, g.moment(m))
		}
	}
	for key, v := range in.Words {
		place, l, in2 := strings.Cut(key, ".")
		if !open(place) || in2 && words.Lang(l) != g.lang || strings.TrimSpace(v) == "" {
			continue
		}
		if _, own := in.Words[place+"."+string(g.lang)]; own && !in2 {
			continue
		}
		g.set(place, v)
		// What is written without a language is Norwegian; bokmål and nynorsk stand in each other's letters.
		if !in2 && g.lang == words.EN && (writtenByHand(place) || named(place)) {
			g.foreign[place] = true
		}
	}
	for name, items := range in.Lists {
		fills := lists[name]
		if len(fills) != 1 {
			continue
		}
		var list []string
		for _, it := range items {
			if words.Has(g.lang, "checklist."+it) {
				it = words.Say(g.lang, "checklist."+it)
			}
			g.facts.Lists[name] = append(g.facts.Lists[name], Values{fills[0]: it})
			list = append(list, lowerFirst(it))
		}
		if name == "missing_items" {
			g.set("missing_list", strings.Join(list, ", "))
		}
		g.holds("conditions", name == "conditions" && len(items) > 0)
	}
}

// expected fills the day the patient should have heard of a time by, always before the deadline. When nobody has said it, it is the house's
// own number of days; closer to the deadline, the day before it.
func (g *gathering) expected() {
	r := g.in.Case
	by := g.in.Given.Days["appointment_expected_by"]
	if by.IsZero() && g.in.Contacts.ExpectDays > 0 {
		by = g.in.On.Add(g.in.Contacts.ExpectDays)
		if a := r.Appointment; !a.IsZero() && !by.Before(a.From) {
			by = a.From.Add(-1) // of a week: before it begins
		}
		if !r.StartBy.IsZero() && !r.StartBy.Before(g.in.On) && !by.Before(r.StartBy) && !g.missed() {
			by = r.StartBy.Add(-1)
		}
	}
	delete(g.facts.Values, "appointment_expected_by")
	if by.After(g.in.On) && (by.Before(r.StartBy) || r.StartBy.IsZero() || r.StartBy.Before(g.in.On) || g.missed()) {
		g.day("appointment_expected_by", by)
	}
}

// sections lists the sections of pasient- og brukerrettighetsloven a letter rests on (letters.md ch. 4, check 1).
func sections(variant string, l words.Lang) string {
	var nb string
	switch variant {
	case "granted_appointment", "granted_time_follows", "granted_week", "changed":
		nb = "§§ 2-2, 2-2 a, 2-4 og 7-2"
	case "not_granted":
		nb = "§§ 2-1, 2-2, 2-3 og 7-2"
	case "breach":
		nb = "§§ 2-2 a, 2-2 b og 7-2"
	case "complaint_upheld":
		nb = "§§ 2-2, 2-2 a og 7-2"
	case "second_opinion":
		nb = "§§ 2-2, 2-3 og 7-2"
	}
	return strings.Replace(nb, " og ", " "+phrase(l, "and")+" ", 1)
}
