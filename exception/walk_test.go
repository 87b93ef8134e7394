package exception

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"flag"
	"pgregory.net/rapid"

	"rettid/day"
	"rettid/law"
)

var update = flag.Bool("update", false, "keep a sample of each new shape of event")

var began = day.On(2025, 9, 1)

func two() *int { n := 2; return &n }

func full() Form {
	return Form{Indication: "C50", Line: 3, Authorisation: law.Authorised, Severity: two(), Weeks: 12, Cost: 1, Evaluate: []day.Day{began.Add(60)}, Informed: began, Conflict: law.No, Earlier: Text{Note: "n1"}, Differs: Text{Note: "n2"},
		Evidence: Text{Note: "n3"}, Expected: Text{Note: "n4"}, Untreated: Text{Note: "n5"}, Dose: Text{Note: "n6"}, Alternatives: Text{Note: "n7"}, Start: Text{Note: "n8"}, Stop: Text{Note: "n9"}}
}

func everyCriterion() []Answered {
	var out []Answered
	for i, c := range law.Criteria {
		out = append(out, Answered{Criterion: c, Met: law.Yes, Why: Text{Note: fmt.Sprintf("c%d", i)}})
	}
	return out
}

// choices are commands with arguments on both sides of every line.
func choices() []Command {
	return []Command{
		&Apply{Method: "ID2024_001", MethodSaid: "no", Patient: "p1", Born: day.On(1970, 1, 1), Sex: "female", Municipality: "0301", Place: "HF", Consent: began, Form: full(), Reason: Text{Note: "r"}, Referral: 7},
		&Apply{Method: "x"}, &Apply{Method: "ID2024_001", MethodSaid: "pending", Urgent: true, Form: Form{StartedBefore: true}},
		&Propose{Method: "ID2024_001", UsersFrom: began, Place: "vest"}, &Propose{NoMethodID: Text{Note: "why"}, Urgent: true, Earlier: 3},
		&Request{Method: "ID2024_001", Patient: "p2", Wish: Text{Note: "w"}, DoctorsWhy: Text{Note: "d"}},
		&Complete{Form: full()}, &Complete{Group: Group{PerYear: 10, Need: Text{Note: "g"}}}, &Endorse{Endorse: law.Yes}, &Endorse{Endorse: law.No, Words: Text{Note: "e"}}, &Consent{}, &Consent{Withdrawn: true},
		&Ask{}, &Got{Form: Form{Line: 2}}, &Forward{}, &Forward{Note: Say("41816000123")}, &LinkReferral{Referral: 9},
		&DecideException{Outcome: law.ExGranted, Individual: law.Yes, Criteria: everyCriterion(), Stop: []Text{{Note: "s"}}, Conditions: []Text{{Note: "k"}}, Evaluate: began.Add(30), Summary: Text{Note: "sum"}},
		&DecideException{Outcome: law.ExRefused, Individual: law.Yes, Criteria: everyCriterion()}, &DecideException{Outcome: law.ExRefused}, &DecideException{Outcome: law.ExRefused, Individual: law.No},
		&DecideException{Outcome: law.ExStopped, Individual: law.Yes, Basis: []string{"residence"}}, &DecideException{Outcome: law.ExGranted, Basis: []string{law.Undermines}}, &DecideException{Outcome: law.ExWithdrawn},
		&DecideException{Outcome: law.ExConditions, Individual: law.Yes, Evaluate: began.Add(400), Departs: Text{Note: "dep"}}, &DecideException{Outcome: "perhaps"}, &DecideException{Outcome: law.ExRedirected, Redirect: law.RouteOffLabel, Individual: law.Yes},
		&GiveReasons{Individual: law.Yes, Criteria: everyCriterion()}, &GiveReasons{Individual: law.No},
		&Inform{Letter: LetterReceived, Patient: true, Referrer: true}, &Inform{Letter: LetterRefused, Patient: true, Referrer: true}, &Inform{Letter: LetterGranted, Patient: true}, &Inform{Letter: LetterGroup},
		&Inform{Letter: LetterRefused, Patient: true, Referrer: true, Kept: []Kept{{To: law.ToPatient, Note: "l1", Digest: "d", Channel: law.ChannelMailbox}, {To: law.ToReferrer, Note: "l2", Digest: "d"}}},
		&Inform{Letter: LetterGranted, Patient: true, Kept: []Kept{{To: law.ToPatient, Note: "l1", Digest: "d", Channel: law.ChannelPost}}}, &Inform{Letter: LetterAsked, Patient: true, Kept: []Kept{{To: "pasient", Note: "l1", Digest: "d", Channel: law.ChannelPost}}},
		&LetterDelivered{To: law.ToPatient, Channel: law.ChannelMailbox}, &LetterDelivered{To: law.ToPatient, Channel: law.ChannelPost}, &LetterDelivered{To: law.ToRegion, Channel: law.ChannelRegion}, &LetterDelivered{Letter: 99, To: law.ToPatient},
		&LetterNotDelivered{To: law.ToPatient, Channel: law.ChannelMailbox, Code: law.Reserved}, &LetterNotDelivered{To: law.ToPatient, Channel: law.ChannelPost, Code: law.ReturnedMail}, &LetterNotDelivered{To: law.ToRegion, Channel: law.ChannelRegion, Code: law.TurnedDown},
		&SendCopy{Channel: law.ChannelRegion}, &SendCopy{}, &Start{}, &Start{Not: true, Why: Text{Note: "y"}}, &PlanEvaluation{On: began.Add(50), Stop: []Text{{Note: "q"}}}, &Evaluate{Result: "continue", Next: began.Add(90)}, &Evaluate{Result: "stop"},
		&Evaluate{Result: "extend"}, &Evaluate{Result: "dance"}, &NoteNational{State: law.NotIntroduced}, &NoteNational{State: law.Introduced}, &Complain{}, &DecideComplaint{Outcome: "upheld"}, &DecideComplaint{Outcome: "sent_on"},
		&DecideComplaint{Outcome: "rejected", County: true}, &DecideComplaint{Outcome: "lost"},
		&NotifyUsers{Reps: []string{"B1"}}, &NotifyUsers{}, &SelectReps{Reps: []string{"B1", "B2"}, Why: Text{Note: "u"}}, &TakeStep{Step: "complete"}, &TakeStep{Step: "memo_final"}, &TakeStep{Step: "registered"}, &TakeStep{Step: "decided"},
		&GiveInput{By: "B1", Rep: true}, &GiveInput{By: "a firm"}, &AnswerInput{N: 1, Answer: "adopted", Why: Text{Note: "a"}}, &AnswerInput{N: 9, Answer: "adopted"}, &PanelSays{Panel: "vest"}, &PanelSays{Panel: "north pole"},
		&SetMeeting{Meeting: 4, Date: began.Add(21)}, &SetMeeting{Meeting: 5, Date: began.Add(49), Why: Text{Note: "p"}}, &Publish{}, &ReviewGroup{Result: "continue"}, &ReviewGroup{Result: "extend", ValidTo: began.Add(700)}, &ReviewGroup{Result: "end"}, &ReviewGroup{Result: "extend"},
		&Schedule{Name: "M1", Date: began.Add(21), Bestiller: began.Add(21), Beslutning: began.Add(20)}, &Schedule{}, &Schedule{Date: began.Add(28), Begins: "09:30", Ends: "12:00", Where: "Møterom 4", Link: "https://mote.example.no/fdm"}, &Schedule{Date: began, Begins: "25:00"}, &Schedule{Date: began, Begins: "12:00", Ends: "09:00"}, &Schedule{Date: began, Link: "javascript:x"}, &Invite{Reps: []string{"B1", "B1", "B3"}, Papers: true}, &Invite{}, &SetAgenda{Items: []Item{{Matter: 3, Papers: Text{Note: "ag"}}, {Title: "Budget"}}},
		&SendPapers{}, &Declare{Who: "B1", Conflict: law.Yes, Matter: 3}, &Declare{Who: "B1", Conflict: law.No, Confidential: true},
		&Hold{Present: []Attendee{{Who: "d1", Role: law.RHFDirector, Region: "vest"}, {Who: "B1", Role: law.UserRep}}}, &GiveOpinion{Who: "B1", Dissent: true}, &AnswerOpinion{N: 1, Answer: Text{Note: "o"}}, &AnswerOpinion{N: 7},
		&WriteMinutes{Words: Text{Note: "m"}}, &ApproveMinutes{}, &RegisterMethod{ID: "ID2024_001", State: law.Assessing, Title: "Fabelmab"}, &RegisterMethod{State: law.NotIntroduced, NoHTA: true, Body: "Beslutningsforum"},
		&RegisterMethod{ID: "ID24", State: law.Raised}, &OpenDoor{Door: law.GroupDoor, To: began.Add(300)}, &OpenDoor{Door: law.AccessDoor}, &OpenHearing{Title: "The scheme"}, &AnswerHearing{Panel: "nord"}, &AnswerHearing{Panel: "x"}, &Respond{},
		&ReviewPractice{Name: "V1", From: began, To: began.Add(90), By: []string{"region", "age"}}, &ReviewPractice{From: began, To: began.Add(-1)},
		&ReviewPractice{Name: "V2", From: began, To: began.Add(90), KnownOn: began.Add(95), Digest: "d", People: 1, Signals: []Signalled{{"I-8-gradient_high", "red"}}},
		&AnswerFinding{Finding: "I-8-gradient_high", Kind: "action", Owner: "nord", By: began.AddMonths(36), Words: Text{Note: "o"}}, &AnswerFinding{Finding: "x", Kind: "action", Owner: "nord", By: began},
		&CloseFinding{Finding: "I-8-gradient_high", Words: Say("done")}, &CloseFinding{Finding: "I-8-gradient_high", Later: began.AddMonths(40), Words: Say("later")}, &PublishReview{Year: began.Year(), Digest: "d"},
		&ReviewPractice{Name: "V3", From: began.AddMonths(-12), To: day.On(began.Year()-1, 12, 31), KnownOn: began, Digest: "d", People: 1}, &PublishReview{Year: began.Year() - 1, Digest: "d"},
	}
}

// copyOf gives a fresh command with the same arguments: a command becomes part of the log.
func copyOf(t interface{ Fatal(...any) }, c Command) Command {
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out, ok := New(c.Verb())
	if !ok {
		t.Fatal("no verb", c.Verb())
	}
	if err := json.Unmarshal(b, out); err != nil {
		t.Fatal(err)
	}
	for i, text := range Texts(c) {
		*Texts(out)[i] = *text
	}
	return out
}

// givens are worlds a command may be decided in.
func givens() []Given {
	m := &law.GroupMeeting{ID: 4, On: began.Add(21), Bestiller: began.Add(21), Beslutning: began.Add(21), Invited: []law.Invitation{{Rep: "B1", On: began}, {Rep: "B2", On: began}}, Attended: 1, Opinions: 2, OpinionsUnmet: 1,
		Regions: law.UserPanels}
	return []Given{{}, {Meeting: m, Region: "vest", Method: &law.MethodOn{ID: "ID2024_001", State: law.NotIntroduced, Since: began}}, {Unlike: []string{"hf/3"}, Meeting: &law.GroupMeeting{}}, {Meeting: m, Valid: []law.Validity{{Matter: 6, From: began, To: began.Add(600)}}},
		{Counts: map[string]map[string]Row{"region": {"vest": {Applied: 1}}}}}
}

// TestWalk: over random courses, corrections among them, everything that was taken can be read again, found again, and folds to the same; duties have owners; nothing is refused by a rule
// that is not allowed to.
func TestWalk(t *testing.T) {
	all := choices()
	rapid.Check(t, func(t *rapid.T) {
		s := law.Default()
		if rapid.Bool().Draw(t, "warn") {
			s.PanelDemands = "warn"
		}
		var log []Entry
		on := began
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			on = on.Add(rapid.IntRange(0, 20).Draw(t, "days"))
			g := rapid.SampledFrom(givens()).Draw(t, "world")
			var c Command
			if len(log) > 0 && rapid.IntRange(0, 9).Draw(t, "correct") == 0 {
				seq := rapid.IntRange(1, len(log)).Draw(t, "seq")
				x := &Correct{Seq: seq, Strike: rapid.Bool().Draw(t, "strike")}
				if !x.Strike {
					var like []Command
					for _, o := range all {
						if o.Verb() == log[seq-1].Event.Ask.Verb() {
							like = append(like, o)
						}
					}
					if len(like) == 0 {
						continue
					}
					x.With = copyOf(t, rapid.SampledFrom(like).Draw(t, "with"))
				}
				c = x
			} else {
				c = copyOf(t, rapid.SampledFrom(all).Draw(t, "command"))
				m := Fold(log)
				if len(log) == 0 && Opens(c) == "" || len(log) > 0 && !On(c, m.Kind) {
					continue
				}
			}
			e, err := Decide(log, c, At{On: on, Actor: "u1"}, g, s)
			var refusal *Refusal
			switch {
			case errors.As(err, &refusal):
				if _, applies := c.(*Apply); applies {
					t.Fatalf("an application is refused: %v (X-601)", refusal)
				}
				continue
			case err != nil:
				t.Fatalf("%s: %v", c.Verb(), err)
			}
			b, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			back := new(Event)
			if err := json.Unmarshal(b, back); err != nil {
				t.Fatal(err)
			}
			again, _ := json.Marshal(back)
			if string(again) != string(b) {
				t.Fatalf("read again it is another:\n%s\n%s", b, again)
			}
			log = append(log, Entry{Seq: len(log) + 1, Known: on, Event: back})
			m := Fold(log)
			if m.Seq != len(log) {
				t.Fatalf("seq %d after %d entries", m.Seq, len(log))
			}
			state, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			var read Matter
			if err := json.Unmarshal(state, &read); err != nil {
				t.Fatal(err)
			}
			for _, d := range law.ExceptionDuties(&m.ExceptionFacts, s) {
				if d.Role == "" || len(d.Norms) == 0 {
					t.Fatalf("the duty %s has no owner or no norm", d.Name)
				}
			}
			if m.Kind == law.SingleException && m.Status == law.ExceptionReceived && !slices.ContainsFunc(law.ExceptionDuties(&m.ExceptionFacts, s), func(d law.Duty) bool { return d.Name == law.DutyAssessIndividually }) {
				t.Fatal("an application is not decided, and nobody owes an assessment (U3-1)")
			}
			if m.Outcome.Refused() && law.CanClose(&m.ExceptionFacts) && (m.Told.Patient || len(law.MissingReasons(&m.ExceptionFacts)) > 0) {
				t.Fatal("a refusal is through without letter or reasons (X-604)")
			}
			for _, key := range Keys {
				m.Explain(key, on, s)
			}
		}
		if len(log) == 0 {
			return
		}
		// What is stored is what the rules say; free texts are in their notes by then.
		for _, e := range log {
			for _, x := range Texts(e.Event.Ask) {
				x.Words = ""
			}
		}
		diff, m, err := Recheck(log, s)
		if err != nil {
			t.Fatal(err)
		}
		if len(diff) > 0 {
			t.Fatalf("rechecked: %+v", diff[0])
		}
		if !reflect.DeepEqual(asJSON(m), asJSON(Fold(log))) {
			t.Fatal("rechecked, the state is another")
		}
		if kept := FoldAsOf(log, on); asJSON(kept) != asJSON(m) {
			t.Fatal("as of the last day, the state is another")
		}
	})
}

// TestEvents: a sample of every verb's event is kept and can be read for ever.
func TestEvents(t *testing.T) {
	s := law.Default()
	for _, c := range choices() {
		for i, g := range givens()[:2] {
			name := filepath.Join("testdata", fmt.Sprintf("%s.%d.json", c.Verb(), i))
			kept, err := os.ReadFile(name)
			if err == nil {
				e := new(Event)
				if err := json.Unmarshal(kept, e); err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				var m Matter
				m.apply(e)
				continue
			}
			var m Matter
			found, os1 := c.decide(&m, At{On: began}, g, s)
			if len(os1.Refused()) > 0 {
				continue
			}
			if !*update {
				t.Errorf("there is no %s: go test ./exception -run Events -update keeps one", name)
				continue
			}
			b, err := json.Marshal(&Event{On: began, Role: law.Specialist, Actor: "u1", Ask: c, Given: g, Found: found, Warned: os1})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, append(b, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Every verb has its sample among the choices.
	for _, v := range Verbs() {
		if v != "correct" && !slices.ContainsFunc(choices(), func(c Command) bool { return c.Verb() == v }) {
			t.Errorf("no choice of %s", v)
		}
	}
}

// TestCopyHoldsNoIdentity: what leaves the trust has the fields of X-803 and no other; a stripped case has nothing of who and where.
func TestCopyHoldsNoIdentity(t *testing.T) {
	var log []Entry
	for i, c := range []Command{choices()[0], &DecideException{Outcome: law.ExGranted, Individual: law.Yes, Criteria: everyCriterion(), Reason: Text{Note: "secret"}}} {
		e, err := Decide(log, copyOf(t, c), At{On: began.Add(i), Actor: "u1"}, Given{Region: "sor-ost"}, law.Default())
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, Entry{Seq: i + 1, Event: e})
	}
	m := Fold(log)
	got := asJSON(CopyOf(&m, "k1"))
	want := `{"key":"k1","method":"ID2024_001","indication":"C50","trust":"HF","region":"sor-ost","sex":"female","age_band":"50-59","route":"access","received":"2025-09-01","decided":"2025-09-02","outcome":"granted","criteria":["commissioned","authorised","differs","tried","weighed","safe"]}`
	if got != want {
		t.Errorf("the copy is\n%s, want\n%s", got, want)
	}
	stripped := asJSON(m.Stripped())
	for _, word := range []string{"p1", "0301", "1970", "female", `"n1"`, `"r"`} {
		if strings.Contains(stripped, word) {
			t.Errorf("the stripped case still holds %s", word)
		}
	}
	if m.Form.Earlier.Note != "n1" || m.Patient != "p1" {
		t.Error("stripping changed the case itself")
	}
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
