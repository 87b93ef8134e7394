package letter

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// Wherever a referral has come, each kind of letter either does not fit and says why, or says everything it must; the referrer is told the same, word
// for word; and the same input gives the same letter.
func TestEveryWalkHasItsLetters(t *testing.T) {
	full := func(in Input) Input {
		in.Given = Given{Words: map[string]string{}, Days: map[string]day.Day{}, Lists: map[string][]string{"missing_items": {"history"}, "questions": {"Hva nå?"}}}
		for place, k := range places() {
			switch k {
			case isText, isPhrase, isName, isSpot, isAddress, isPhone:
				in.Given.Words[place], in.Given.Words[place+".en"] = "noe å si", "something to say"
			case isClock:
				in.Given.Words[place] = "09.00"
			case isDate:
				if place != "appointment_expected_by" && place != "governor_decision_date" {
					in.Given.Days[place] = in.On.Add(10)
				}
			}
		}
		delete(in.Given.Words, "old_appointment")
		in.Given.Words["preliminary_what"] = "en samtale"
		return in
	}
	wrote := map[law.Letter]int{}
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, name) }
		on := received
		c := begin(t, func(r *referral.Receive) {
			r.Concerns = rapid.SampledFrom([]law.Concern{"", "", "", "", law.Course, law.Mixed, law.Guidance}).Draw(rt, "concerns")
			r.SecondOpinion = draw("second", 5) == 0
			r.Deficient = draw("deficient", 4) == 0
			if draw("young", 4) == 0 {
				r.Specialty, r.Born = law.MentalHealth, day.On(2006, 5, 5)
			}
			r.Pathway = rapid.SampledFrom([]string{"", "kreft"}).Draw(rt, "pathway")
		})
		lead := rapid.SampledFrom([][]int{nil, {0}, {0, 11}, {0, 3, 11}, {0, 4, 11}, {0, 5, 3, 11}, {2, 11}, {0, 11, 8, 9}, {0, 3, 11, 7}, {0, 3, 11, 10}, {0, 11, 6, 3}}).Draw(rt, "lead")
		for i := range len(lead) + draw("steps", 8) {
			on = on.Add(draw("days", 30) / 2)
			later := on.Add(draw("ahead", 200))
			which := 0
			if i < len(lead) {
				which = lead[i]
				on = received.Add(8)
			} else {
				which = draw("command", 14)
			}
			var do referral.Command
			switch which {
			case 0, 1:
				do = &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, Deadline: later, Clarified: law.No, Severity: new(2),
					BenefitGrade: new(2), ResourceGrade: new(2), Reason: referral.Say("-")}
			case 2:
				do = &referral.Assess{Outcome: law.NotGranted, Benefit: law.No, ReasonableCost: law.Yes, Need: law.No, Reason: referral.Say("-")}
			case 3:
				do = &referral.Book{Start: day.Moment{Day: later, Minute: 600}, What: law.Investigation, Form: rapid.SampledFrom([]string{"in_person", "phone"}).Draw(rt, "form")}
			case 4:
				do = &referral.Book{From: later, To: later.Add(draw("long", 8)), What: law.Treatment}
			case 5:
				do = &referral.Book{Start: day.Moment{Day: later, Minute: 600}, What: law.IntroductoryTalk}
			case 6:
				do = &referral.ChangeDeadline{Deadline: later, Reason: referral.Say("-")}
			case 7:
				do = &referral.Postpone{By: rapid.SampledFrom([]law.PostponedBy{law.ByPatient, law.ByMedical, law.ByProvider}).Draw(rt, "by"), To: later, Reason: referral.Say("-")}
			case 8:
				do = &referral.MakeOffer{At: "HUS", Start: later, Minute: 601}
			case 9:
				do = &referral.Decline{At: "HUS", WaitFor: rapid.SampledFrom([]string{"", "HF"}).Draw(rt, "wait")}
			case 10:
				do = &referral.NotifyHelfo{Channel: "portal", AgreedNot: draw("agreed", 3) == 0}
			case 11:
				do = &referral.Inform{Patient: true, Referrer: true}
			case 12:
				do = &referral.Forward{To: "HUS", Reason: referral.Say("-")}
			case 13:
				do = &referral.Complain{About: "deadline"}
			}
			g := referral.Given{Authority: &law.Authority{Provider: law.Public}}
			if e, err := referral.Decide(c.log, do, referral.At{On: on, Role: law.Specialist, Actor: "a1", Place: "HF"}, g, law.Default()); err == nil {
				c.log = append(c.log, referral.Entry{Seq: len(c.log) + 1, Known: on, Event: e})
			}
		}
		in := full(c.input(on))
		for _, kind := range Kinds() {
			l := rapid.SampledFrom(words.Langs()).Draw(rt, "language")
			one, err := Make(kind, Patient, l, in)
			var untrue *Untrue
			var missing *Missing
			switch {
			case errors.As(err, &untrue):
				continue
			case errors.As(err, &missing):
				// What can't be known: the offer that was never made, the time nobody has set, the deadline there is none of.
				for _, place := range missing.Names {
					if !slices.Contains([]string{"offer_date", "offer_weekday", "offer_hospital", "offer_time", "declined_date", "waiting_for_place", "appointment_expected_by",
						"deadline_date", "complaint_received_date", "complaint_about_text", "assessment_due_date"}, place) {
						rt.Fatalf("%s: {%s} has no value", kind, place)
					}
				}
				continue
			case err != nil:
				rt.Fatalf("%s: %v", kind, err)
			}
			wrote[kind]++
			for _, k := range Check(one, in.Case) {
				if k.Must != "guarantee_kept" {
					rt.Fatalf("%s %s (%s): lacks %s %v", one.Variant, l, PlainText(one), k.What(words.EN), k.Norms)
				}
			}
			for _, p := range MustHave(kind, in.Case) {
				if !slices.Contains(one.Parts, p) {
					rt.Fatalf("%s: the law asks for the part %s", one.Variant, p)
				}
			}
			again, _ := Make(kind, Patient, l, in)
			if !reflect.DeepEqual(one, again) || one.Digest() != again.Digest() {
				rt.Fatalf("%s: not the same twice", kind)
			}
			if copied, err := Make(kind, Referrer, l, in); err == nil && kind != law.LetterInformation && !alone(copied.Variant, in.Case) {
				if !reflect.DeepEqual(copied.Blocks, one.Blocks) || !slices.Equal(copied.Parts, one.Parts) {
					rt.Fatalf("%s: the referrer is told something else than the patient (G8.1-10)", kind)
				}
			}
		}
	})
	t.Logf("letters written: %v", wrote)
	if len(wrote) < 8 {
		t.Errorf("the walks came to %d kinds of letter alone", len(wrote))
	}
}
