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

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(next) {
		return s // NAV and its like
	}
	return string(unicode.ToLower(r)) + s[n:]
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
