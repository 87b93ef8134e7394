package letter

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// say is words somebody wrote, in Norwegian and in English.
func say(in Input, pairs ...string) Input {
	in.Given.Words = maps.Clone(in.Given.Words)
	for i := 0; i < len(pairs); i += 3 {
		in.Given.Words[pairs[i]] = pairs[i+1]
		in.Given.Words[pairs[i]+".en"] = pairs[i+2]
	}
	return in
}

func with(in Input, change func(*Input)) Input {
	change(&in)
	return in
}

type golden struct {
	name string
	kind law.Letter
	to   Recipient
	in   Input
}

// goldens are the letters on file: every kind, its main variants, each receiver.
func goldens(t testing.TB) []golden {
	var all []golden
	add := func(name string, kind law.Letter, to Recipient, in Input) {
		all = append(all, golden{name, kind, to, in})
	}
	letterDay := day.On(2026, 3, 12)

	plain := begin(t).grant(assessed, deadline).book(assessed, "2026-06-09T10:30")
	add("granted_appointment", law.LetterGranted, Patient, plain.input(letterDay))
	add("granted_appointment.referrer", law.LetterGranted, Referrer, say(plain.input(letterDay), "professional_feedback", "MR tatt i januar er sett.", "The MR of January has been seen."))
	add("granted_appointment.guardian", law.LetterGranted, Guardian, with(plain.input(letterDay), func(in *Input) {
		in.Guardian = Person{Name: "Verge Attrappsen", Address: []string{"Kulisseveien 4", "0000 Fabelbyen"}}
		in.Copies = []string{"Fabelbyen legekontor"}
	}))
	young := func(r *referral.Receive) {
		r.Specialty, r.Born, r.Pathway = law.MentalHealth, day.On(2006, 5, 5), "kreft"
	}
	full := begin(t, young).grant(day.On(2026, 3, 18), day.On(2026, 5, 20))
	full.do(day.On(2026, 3, 18), law.Secretary, &referral.Book{Start: moment(t, "2026-05-20T08:15"), What: law.Treatment, Form: "video"})
	full.do(day.On(2026, 3, 18), law.Secretary, &referral.Book{Start: moment(t, "2026-04-15T12:00"), What: law.PathwayTalk})
	add("granted_appointment.all_parts", law.LetterGranted, Patient, with(full.input(day.On(2026, 3, 18)), func(in *Input) {
		in.Unit.Practical = "Ta med listen over medisiner."
	}))
	late := begin(t).grant(assessed, day.On(2026, 6, 1)).book(assessed, "2026-06-09T10:30")
	add("granted_appointment.after_deadline", law.LetterGranted, Patient, late.input(letterDay))
	add("granted_time_follows", law.LetterGranted, Patient, begin(t).grant(assessed, deadline).input(letterDay))
	followsFull := begin(t, young).grant(day.On(2026, 3, 18), day.On(2026, 5, 20))
	followsFull.do(day.On(2026, 3, 18), law.Secretary, &referral.Book{Start: moment(t, "2026-04-15T12:00"), What: law.IntroductoryTalk})
	add("granted_time_follows.all_parts", law.LetterGranted, Patient, followsFull.input(day.On(2026, 3, 19)))
	add("granted_week", law.LetterGranted, Patient, begin(t).grant(assessed, deadline).week(assessed, day.On(2026, 8, 10)).input(letterDay))
	add("granted_week.after_deadline", law.LetterGranted, Patient, begin(t).grant(assessed, deadline).week(assessed, day.On(2026, 9, 7)).input(letterDay))

	weekFull := begin(t, young).grant(day.On(2026, 3, 18), day.On(2026, 5, 20)).week(day.On(2026, 3, 18), day.On(2026, 5, 4))
	weekFull.do(day.On(2026, 3, 18), law.Secretary, &referral.Book{Start: moment(t, "2026-04-15T12:00"), What: law.PreExamination})
	add("granted_week.all_parts", law.LetterGranted, Patient, weekFull.input(day.On(2026, 3, 18)))

	refused := say(begin(t).refuse(assessed).input(letterDay), "reason_text", "Kneet kan trenes hos fysioterapeut.", "The knee can be trained with a physiotherapist.",
		"advice_text", "Spør legen om trening.", "Ask your doctor about training.", "follow_up_text", "trening i tre måneder", "training for three months")
	add("not_granted", law.LetterNotGranted, Patient, refused)
	deficient := begin(t, func(r *referral.Receive) { r.Deficient = true }).refuse(day.On(2026, 3, 18))
	add("not_granted.referrer", law.LetterNotGranted, Referrer, with(say(deficient.input(day.On(2026, 3, 18)), "reason_text", "Kneet kan trenes.", "The knee can be trained.",
		"follow_up_text", "trening", "training"), func(in *Input) { in.Given.Lists = map[string][]string{"missing_items": {"findings", "history"}} }))

	onward := []string{"forward_reason_text", "de har ledig tid", "they have a time", "new_unit_name", "Kneavdelingen", "The knee unit", "new_unit_phone", "00 00 02 00", "00 00 02 00"}
	add("forwarded", law.LetterForwarded, Patient, say(begin(t).do(day.On(2026, 3, 4), law.Secretary, &referral.Forward{To: "HUS"}).input(day.On(2026, 3, 4)), onward...))
	add("forwarded.assessed", law.LetterForwarded, Patient, say(begin(t).grant(assessed, deadline).do(letterDay, law.Secretary, &referral.Forward{To: "HUS"}).input(letterDay), onward...))
	add("forwarded.out_of_region", law.LetterForwarded, Patient, say(begin(t).do(day.On(2026, 3, 4), law.Specialist, &referral.RefuseOutOfRegion{Reason: referral.Say("-")}).input(day.On(2026, 3, 4)),
		append(slices.Clone(onward), "new_hospital_name", "Kulisse sykehus", "Kulisse sykehus")...))

	for _, c := range []law.Concern{law.DrivingLicence, law.RitualCircumcision, law.Sterilisation, law.Course, law.BenefitStatement, law.Guidance} {
		to := Patient
		if c == law.Guidance {
			to = Referrer
		}
		in := say(begin(t, func(r *referral.Receive) { r.Concerns = c }).input(letterDay), "offer_site", "Skisse klinikk", "Skisse klinikk", "next_step_text", "en samtale med lege", "a talk with a doctor",
			"course_name", "Lev med vondt", "Living with pain", "guidance_contact", "Kulisse Fabelsen", "Kulisse Fabelsen")
		in.Given.Days = map[string]day.Day{"handling_by_date": day.On(2026, 4, 20)}
		add("not_assessed."+string(c), law.LetterNotAssessed, to, in)
	}

	asked := begin(t).do(day.On(2026, 3, 3), law.Specialist, &referral.RequestInformation{From: "referrer"}).input(day.On(2026, 3, 3))
	asked.Given.Days = map[string]day.Day{"answer_by_date": day.On(2026, 3, 9)}
	asked.Given.Lists = map[string][]string{"missing_items": {"findings", "earlier_treatment", "Røntgen fra i fjor"}, "questions": {"Har du hatt vondt før?", "Hva har du prøvd?"}}
	add("information_request_referrer", law.LetterInformation, Referrer, asked)
	add("information_request_patient", law.LetterInformation, Patient, asked)

	told := func() *course {
		return begin(t).grant(assessed, deadline).book(assessed, "2026-06-09T10:30").tell(assessed, law.LetterGranted)
	}
	why := []string{"time_change_reason", "legen er bortreist", "the doctor is away", "deadline_change_reason", "du er blitt verre", "you have got worse"}
	april := day.On(2026, 4, 1)
	add("changed.time", law.LetterChanged, Patient, say(told().book(april, "2026-06-16T09:00").input(april), why...))
	add("changed.time_after_deadline", law.LetterChanged, Patient, say(told().book(april, "2026-09-16T09:00").input(april), why...))
	earlier := &referral.ChangeDeadline{Deadline: day.On(2026, 7, 1), Reason: referral.Say("-")}
	add("changed.deadline", law.LetterChanged, Patient, say(told().do(april, law.Specialist, earlier).input(april), why...))
	add("changed.both", law.LetterChanged, Referrer, say(told().do(april, law.Specialist, earlier).book(april, "2026-06-02T09:00").input(april), why...))
	add("changed.cancelled", law.LetterChanged, Patient, say(told().do(april, law.Secretary, &referral.Postpone{By: law.ByProvider, NoDay: true}).input(april), why...))
	add("changed.deadline_week_stands", law.LetterChanged, Patient, say(begin(t).grant(assessed, deadline).week(assessed, day.On(2026, 6, 8)).tell(assessed, law.LetterGranted).do(april, law.Specialist, earlier).input(april), why...))
	add("changed.deadline_no_time", law.LetterChanged, Patient, say(begin(t).grant(assessed, deadline).tell(assessed, law.LetterGranted).do(april, law.Specialist, earlier).input(april), why...))

	offer := func(on day.Day) *course {
		return told().do(april, law.Secretary, &referral.MakeOffer{At: "HUS", Start: on, Minute: 9*60 + 1})
	}
	offered := func(c *course) Input {
		in := say(c.input(april), "offer_place", "Kulisseveien 7, rom 2", "Kulisseveien 7, room 2", "travel_text", "Du kan få dekket reisen.", "Your travel may be covered.")
		in.Given.Days = map[string]day.Day{"answer_by_date": day.On(2026, 4, 15)}
		return in
	}
	add("offer.in_time", law.LetterOffer, Patient, offered(offer(day.On(2026, 5, 5))))
	add("offer.after_deadline", law.LetterOffer, Patient, offered(offer(day.On(2026, 9, 7))))
	add("declined.in_time", law.LetterDeclined, Patient, offer(day.On(2026, 5, 5)).do(april, law.Patient, &referral.Decline{At: "HUS", WaitFor: "HF"}).input(april))
	add("declined.after_deadline", law.LetterDeclined, Patient, begin(t).grant(assessed, deadline).tell(assessed, law.LetterGranted).
		do(april, law.Secretary, &referral.MakeOffer{At: "HUS", Start: day.On(2026, 9, 7)}).do(april, law.Patient, &referral.Decline{At: "HUS"}).input(april))

	put := func(by law.PostponedBy) *course {
		return told().do(april, law.Secretary, &referral.Postpone{By: by, To: day.On(2026, 9, 14)})
	}
	add("postponed.by_patient", law.LetterPostponed, Patient, say(put(law.ByPatient).input(april), "postpone_reason", "du skal på ferie", "you are going on holiday"))
	add("postponed.by_patient_time_set", law.LetterPostponed, Patient, say(put(law.ByPatient).book(april, "2026-09-14T11:00").input(april), "postpone_reason", "du skal på ferie", "you are going on holiday"))
	add("postponed.by_medical", law.LetterPostponed, Patient, say(put(law.ByMedical).input(april), "postpone_reason", "såret må gro først", "the wound must heal first"))

	missed := func() *course { return told().book(april, "2026-09-16T09:00") }
	add("breach.expected", law.LetterBreach, Patient, missed().do(april, law.Secretary, &referral.NotifyHelfo{ExpectedStart: day.On(2026, 9, 16), Channel: "portal"}).input(april))
	over := begin(t).grant(assessed, deadline).tell(assessed, law.LetterGranted).do(day.On(2026, 9, 3), law.Secretary, &referral.NotifyHelfo{Channel: "portal"})
	add("breach.occurred", law.LetterBreach, Patient, over.input(day.On(2026, 9, 3)))
	add("breach.agreed_not", law.LetterBreach, Patient, missed().do(april, law.Secretary, &referral.NotifyHelfo{AgreedNot: true}).input(april))

	found := begin(t, func(r *referral.Receive) { r.NewCondition, r.NewConditionOf = true, 1 })
	add("new_condition", law.LetterNewCondition, Patient, say(found.input(received), "original_condition", "vondt i kneet", "pain in the knee", "new_condition_text", "en kul i skulderen", "a lump in the shoulder"))

	complain := func(about string) *course { return told().do(april, law.Secretary, &referral.Complain{About: about}) }
	add("complaint_received", law.LetterComplaintReceived, Patient, complain("deadline").input(day.On(2026, 4, 2)))
	tardy := told().do(day.On(2026, 5, 4), law.Secretary, &referral.Complain{About: "information"}).input(day.On(2026, 5, 5))
	tardy.Given.Days = map[string]day.Day{"complaint_missing_by": day.On(2026, 5, 20)}
	add("complaint_received.late_incomplete", law.LetterComplaintReceived, Patient, say(tardy, "complaint_missing_text", "underskrift", "a signature"))
	sent := complain("deadline").do(day.On(2026, 4, 20), law.Specialist, &referral.DecideComplaint{Outcome: "sent_on"})
	because := []string{"complaint_reasons", "Fristen er satt etter hvor sterke plagene er.", "The deadline follows how strong the pain is."}
	add("complaint_sent_on", law.LetterComplaintSentOn, Patient, say(sent.input(day.On(2026, 4, 20)), because...))
	noRight := begin(t).refuse(assessed).tell(assessed, law.LetterNotGranted).do(april, law.Secretary, &referral.Complain{About: "right"})
	noRightSent := &course{t, slices.Clone(noRight.log)}
	add("complaint_sent_on.not_waiting", law.LetterComplaintSentOn, Patient, say(noRightSent.do(day.On(2026, 4, 20), law.Specialist, &referral.DecideComplaint{Outcome: "sent_on"}).input(day.On(2026, 4, 20)), because...))
	upheldOn := day.On(2026, 4, 15)
	upheld := &course{t, slices.Clone(noRight.log)}
	upheld.do(upheldOn, law.Specialist, &referral.DecideComplaint{Outcome: "upheld"}).grant(upheldOn, deadline)
	add("complaint_upheld", law.LetterComplaintUpheld, Patient, upheld.input(upheldOn))
	governor := (&course{t, slices.Clone(sent.log)}).do(day.On(2026, 5, 20), law.Specialist, earlier).input(day.On(2026, 5, 20))
	governor.Given.Days = map[string]day.Day{"governor_decision_date": day.On(2026, 5, 19)}
	add("complaint_upheld.governor", law.LetterComplaintUpheld, Patient, say(governor, "upheld_text", "fristen er satt tidligere", "the deadline is earlier",
		"not_upheld_text", "at svaret kom sent", "that the answer came late"))

	second := func(r *referral.Receive) { r.SecondOpinion = true }
	first := func(c *course) Input {
		in := say(c.input(letterDay), "first_hospital", "Kulisse sykehus", "Kulisse sykehus", "reason_text", "Kneet kan trenes.", "The knee can be trained.")
		in.Given.Days = map[string]day.Day{"first_decision_date": day.On(2026, 2, 2)}
		return in
	}
	add("second_opinion.granted", law.LetterSecondOpinion, Patient, first(begin(t, second).grant(assessed, deadline).book(assessed, "2026-06-09T10:30")))
	secondMet := begin(t, second).grant(assessed, deadline)
	add("second_opinion.preliminary", law.LetterSecondOpinion, Patient, first(secondMet.do(assessed, law.Secretary, &referral.Book{Start: moment(t, "2026-04-15T12:00"), What: law.PreExamination})))
	add("second_opinion.time_follows", law.LetterSecondOpinion, Patient, first(begin(t, second).grant(assessed, deadline)))
	add("second_opinion.not_granted", law.LetterSecondOpinion, Patient, first(begin(t, second).refuse(assessed)))
	return all
}

func moment(t testing.TB, s string) day.Moment {
	m, err := day.ParseMoment(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every letter says all it must, in every language, and the same as last time.
func TestGoldenLetters(t *testing.T) {
	met := map[string]bool{}
	for _, g := range goldens(t) {
		var out strings.Builder
		for _, l := range words.Langs() {
			one, err := Make(g.kind, g.to, l, g.in)
			if err != nil {
				t.Errorf("%s %s: %v", g.name, l, err)
			}
			for _, it := range Checklist(one, g.in.Case) {
				if !it.Met {
					t.Errorf("%s %s: lacks %s (%v)", g.name, l, it.What(words.EN), it.Norms)
				}
				if it.What(l) == "" || it.Remedy(l) == "" {
					t.Errorf("%s: the element %q has no words in %s", g.name, it.Must, l)
				}
				met[one.Variant+" "+it.Must] = true
				if one.Cover != nil {
					met["referrer_copy "+it.Must] = true
				}
			}
			if l == words.EN && one.Record == nil {
				t.Errorf("%s: the English letter has no Norwegian one beside it", g.name)
			}
			if lix := one.LIX(); lix >= Readable {
				t.Errorf("%s %s: LIX %.1f", g.name, l, lix)
			}
			if g.name != "granted_appointment" {
				one.Record = nil
			}
			fmt.Fprintf(&out, "======== %s · %s\n%s\n%s", l, one.Subject, parts2(one.Parts), PlainText(one))
		}
		compare(t, g.name+".txt", []byte(out.String()))
	}
	for _, d := range demands() {
		for _, v := range d.letters {
			if !strings.HasPrefix(v, "exception_") && !met[v+" "+d.must] {
				t.Errorf("no letter on file shows that %s tells %s", v, d.must)
			}
		}
	}
}

func parts2(ps []law.Part) string { return fmt.Sprint(ps) }

func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what is on file; run the test with -update and read the difference", name)
	}
}

// The page is the same byte for byte, tells its language, has its headings in order, and has neither style nor script of its own.
func TestHTML(t *testing.T) {
	level := regexp.MustCompile(`<h([1-6])`)
	for _, g := range goldens(t) {
		for _, l := range words.Langs() {
			one, _ := Make(g.kind, g.to, l, g.in)
			page := HTML(one, Page{Styles: []string{"/static/rettid.css"}})
			again, _ := Make(g.kind, g.to, l, g.in)
			if !bytes.Equal(page, HTML(again, Page{Styles: []string{"/static/rettid.css"}})) {
				t.Fatalf("%s %s: not the same twice", g.name, l)
			}
			s := string(page)
			if bad := regexp.MustCompile(`style=|<script|<style|<div|onclick|\{[a-z_]+\}`).FindString(s); bad != "" {
				t.Errorf("%s %s: has %q", g.name, l, bad)
			}
			if !strings.Contains(s, `lang="`+string(l)+`"`) {
				t.Errorf("%s %s: does not tell its language", g.name, l)
			}
			last := 0
			for _, m := range level.FindAllStringSubmatch(s, -1) {
				n := int(m[1][0] - '0')
				if n > last+1 {
					t.Errorf("%s %s: a heading of level %d follows one of %d", g.name, l, n, last)
				}
				last = n
			}
			if strings.Count(s, "<section") != strings.Count(s, "</section>") || strings.Count(s, "<ul") != strings.Count(s, "</ul>") {
				t.Errorf("%s %s: blocks that are not closed", g.name, l)
			}
			if g.name == "granted_appointment" || g.name == "not_granted.referrer" {
				compare(t, g.name+"."+string(l)+".html", page)
			}
		}
	}
}

// What people write never becomes markup, a heading or a command.
func TestWordsAreOnlyWords(t *testing.T) {
	in := begin(t).refuse(assessed).input(day.On(2026, 3, 12))
	in = say(in, "reason_text", "<b>ja</b>\n# Ny overskrift\n@end {unit_phone}\u202e\u0000", "x")
	l, err := Make(law.LetterNotGranted, Patient, words.NB, in)
	if err != nil {
		t.Fatal(err)
	}
	page := string(HTML(l, Page{}))
	if !strings.Contains(page, "<p>&lt;b&gt;ja&lt;/b&gt;<br># Ny overskrift<br>@end {unit_phone}</p>") {
		t.Errorf("the words did not stay words:\n%s", page)
	}
}

func TestMakeRefuses(t *testing.T) {
	on := day.On(2026, 3, 12)
	granted := begin(t).grant(assessed, deadline)
	for _, c := range []struct {
		name string
		kind law.Letter
		in   Input
	}{
		{"a right that was not given", law.LetterGranted, begin(t).refuse(assessed).input(on)},
		{"a refusal that was not decided", law.LetterNotGranted, granted.input(on)},
		{"a change of nothing", law.LetterChanged, begin(t).grant(assessed, deadline).tell(assessed, law.LetterGranted).input(on)},
		{"a breach Helfo has not heard of", law.LetterBreach, granted.input(on)},
		{"a breach that is none", law.LetterBreach, begin(t).grant(assessed, deadline).book(assessed, "2026-06-09T10:30").tell(assessed, law.LetterGranted).
			do(on, law.Secretary, &referral.Postpone{By: law.ByPatient, To: day.On(2026, 9, 14)}).input(on)},
		{"a postponement nobody asked for", law.LetterPostponed, granted.input(on)},
		{"forwarded to nowhere", law.LetterForwarded, granted.input(on)},
		{"an offer nobody made", law.LetterOffer, granted.input(on)},
		{"a decline of nothing", law.LetterDeclined, granted.input(on)},
		{"a new condition that was referred", law.LetterNewCondition, granted.input(on)},
		{"a second opinion nobody asked for", law.LetterSecondOpinion, granted.input(on)},
		{"a complaint nobody made", law.LetterComplaintReceived, granted.input(on)},
		{"not assessed, of a matter that is", law.LetterNotAssessed, granted.input(on)},
		{"to one examined in a criminal case", law.LetterNotAssessed, begin(t, func(r *referral.Receive) { r.Concerns = law.Forensic }).input(on)},
	} {
		_, err := Make(c.kind, Patient, words.NB, c.in)
		var untrue *Untrue
		if !errors.As(err, &untrue) {
			t.Errorf("%s: %v, want *Untrue", c.name, err)
		}
	}
	if _, err := Make("valentine", Patient, words.NB, granted.input(on)); err == nil {
		t.Error("a kind of letter that is none was written")
	}
	if _, err := Make(law.LetterGranted, Patient, words.NB, Input{}); err == nil {
		t.Error("a letter was written of no referral")
	}
}

// A value that is missing is named; the letter can be looked at all the same, and may not be sent.
func TestMissingIsNamed(t *testing.T) {
	in := begin(t).refuse(assessed).input(day.On(2026, 3, 12))
	delete(in.Given.Words, "condition_text")
	l, err := Make(law.LetterNotGranted, Patient, words.NB, in)
	var missing *Missing
	if !errors.As(err, &missing) || !slices.Equal(missing.Names, []string{"condition_text", "reason_text"}) {
		t.Fatalf("%v", err)
	}
	if l.Subject == "" || !strings.Contains(PlainText(l), "{reason_text}") {
		t.Error("the letter can't be looked at")
	}
	lacks := Check(l, in.Case)
	if len(lacks) < 2 || lacks[0].Place != "condition_text" || lacks[1].Remedy(words.NB) != "Fyll inn: grunnen, i klare ord." {
		t.Errorf("%+v", lacks)
	}
}

// Words in Norwegian alone are told of in an English letter.
func TestUntranslated(t *testing.T) {
	in := begin(t).grant(assessed, deadline).input(day.On(2026, 3, 12))
	delete(in.Given.Words, "condition_text.en")
	l, err := Make(law.LetterGranted, Patient, words.EN, in)
	if err != nil {
		t.Fatal(err)
	}
	lacks := Check(l, in.Case)
	if len(lacks) != 1 || lacks[0].Must != "no_translation" || lacks[0].Place != "condition_text" {
		t.Errorf("%+v", lacks)
	}
}

// A letter that has lost a part lacks it by norm; so does one whose deadline is printed where the appointment stands.
func TestCheckFinds(t *testing.T) {
	in := begin(t).grant(assessed, deadline).book(assessed, "2026-06-09T10:30").input(day.On(2026, 3, 12))
	for part, norm := range map[law.Part]string{law.PartOutcome: "G2-32", law.PartDeadline: "G8.1-2", law.PartAppointment: "G8.1-3", law.PartComplaintRight: "G8.1-11",
		law.PartComplaintLimit: "G8.1-12", law.PartComplaintProcedure: "G8.1-13"} {
		l, err := Make(law.LetterGranted, Patient, words.NB, in)
		if err != nil {
			t.Fatal(err)
		}
		l.Blocks = slices.DeleteFunc(l.Blocks, func(b Block) bool { return b.Part == part })
		l.Parts = partsOf(l.Blocks)
		if !names(Check(l, in.Case), norm) {
			t.Errorf("without the part %s, %s is not named", part, norm)
		}
	}
	for name, spoil := range map[string]func(l *Letter){
		"the deadline under the appointment": func(l *Letter) {
			for i := range l.Blocks {
				if l.Blocks[i].Part == law.PartAppointment && l.Blocks[i].Level == 0 {
					l.Blocks[i].Text += " " + words.Date(words.NB, deadline)
				}
			}
		},
		"one heading": func(l *Letter) {
			l.Blocks = slices.DeleteFunc(l.Blocks, func(b Block) bool { return b.Part == law.PartDeadline && b.Level > 0 })
		},
		"no word that the deadline is a right": func(l *Letter) {
			l.Blocks = slices.DeleteFunc(l.Blocks, func(b Block) bool { return isRight.MatchString(b.Text) })
		},
		"no word that the deadline is no appointment": func(l *Letter) {
			l.Blocks = slices.DeleteFunc(l.Blocks, func(b Block) bool { return noAppointment.MatchString(b.Text) })
		},
	} {
		l, err := Make(law.LetterGranted, Patient, words.NB, in)
		if err != nil {
			t.Fatal(err)
		}
		if spoil(&l); !names(Check(l, in.Case), "G8.1-9") {
			t.Errorf("%s: G8.1-9 is not named", name)
		}
	}
}

func names(lacks []Lack, norm string) bool {
	return slices.ContainsFunc(lacks, func(k Lack) bool { return slices.Contains(k.Norms, norm) })
}

// The version follows texts, rules and configuration, and nothing else.
func TestVersion(t *testing.T) {
	in := begin(t).grant(assessed, deadline).input(day.On(2026, 3, 12))
	make := func() string {
		l, err := Make(law.LetterGranted, Patient, words.NB, in)
		if err != nil {
			t.Fatal(err)
		}
		return l.Version
	}
	was := make()
	in.Patient.Name = "Attrapp Testesen"
	if make() != was {
		t.Error("another patient makes another version")
	}
	in.Settings = law.Default()
	in.Settings.ComplaintDays = 30
	if make() == was {
		t.Error("another setting makes no other version")
	}
	in.Settings = law.Default()
	if make() != was {
		t.Error("the same settings make another version")
	}
	in.Contacts = DemoContacts()
	if err := in.Contacts.Set("letter.helfo_phone", "00 00 00 77"); err != nil || make() == was {
		t.Error("another phone makes no other version")
	}
}
