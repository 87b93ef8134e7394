package casefile

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"rettid/words"
)

// embeddedCases reads every case that comes with the program.
func embeddedCases(tb testing.TB) []*Case {
	tb.Helper()
	var out []*Case
	err := fs.WalkDir(Embedded(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Embedded(), path)
		out = append(out, Parse(path, text)...)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestEmbeddedCasesHold(t *testing.T) {
	cases := embeddedCases(t)
	if len(cases) < 200 {
		t.Fatalf("only %d cases are embedded", len(cases))
	}
	seen := make(map[string]bool)
	for _, r := range RunAll(context.Background(), cases, 0) {
		if seen[r.Case] {
			t.Errorf("two cases are called %q", r.Case)
		}
		seen[r.Case] = true
		if !r.Passed {
			var b bytes.Buffer
			Write(&b, words.EN, []Result{r})
			t.Error(b.String())
		}
	}
}

// A case says nothing unless it can fail: every plain expectation of every case, made wrong, must be found wrong on its own line.
func TestEveryExpectationCanFail(t *testing.T) {
	wrong := map[string]string{"true": "false", "false": "true", "none": "occurred", "occurred": "none", "expected": "none", "pending": "granted", "granted": "pending", "not_granted": "granted",
		"not_assessed": "granted", "waiting": "closed", "started": "waiting", "closed": "started", "received": "started"}
	plain := regexp.MustCompile(`\b(status|seniority_date|assessment_due|deadline|waiting_from|assessment_late|waiting|right|waiting_days|breach|waiting_until|breach_counted|assess|inform_patient|newly_referred|cleared|breaches): ([a-z_]+|[0-9-]+)\b`)
	files, err := fs.Glob(Embedded(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own, _ := fs.Glob(Embedded(), "own/*.yaml")
	tried := 0
	for _, file := range append(files, own...) {
		text, err := fs.ReadFile(Embedded(), file)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range split(text) {
			for n, line := range strings.Split(string(d.text), "\n") {
				from := strings.Index(line, "R1: {")
				if i := strings.Index(line, "statistics: {"); from < 0 || i >= 0 && i < from {
					from = i
				}
				if from < 0 {
					continue
				}
				for _, m := range plain.FindAllStringSubmatchIndex(line, -1) {
					value := line[m[4]:m[5]]
					other, ok := wrong[value]
					switch {
					case m[0] < from || value == "any":
						continue
					case ok:
					case value == "null":
						other = "2031-01-01"
					case len(value) == 10:
						other = "2031-01-01"
					default:
						other = value + "7"
					}
					lines := strings.Split(string(d.text), "\n")
					lines[n] = line[:m[4]] + other + line[m[5]:]
					if (tried%3 != 0) && testing.Short() {
						continue
					}
					tried++
					c := parseCase(file, document{d.line, []byte(strings.Join(lines, "\n"))})
					if len(c.Problems) > 0 {
						t.Fatalf("%s:%d: %v", file, d.line+n, c.Problems)
					}
					found := false
					for _, f := range Run(context.Background(), c).Failures {
						found = found || f.Line == d.line+n
					}
					if !found {
						t.Errorf("%s:%d: %s: %s instead of %s is not found wrong", file, d.line+n, line[m[2]:m[3]], other, value)
					}
				}
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d expectations were tried", tried)
	}
}

const received = `  - {on: 2025-09-01, do: receive, referral: R1, at: HF, specialty: orthopaedics, patient: {id: P1, born: 1968-03-12, municipality: "0301"}, from: {role: gp}}
`

func TestFailureTellsAll(t *testing.T) {
	text := "case: wrong deadline\nsteps:\n" + received + `  - {on: 2025-09-05, do: assess, outcome: granted, deadline: 2025-11-17, benefit: true, reasonable_cost: true}
expect:
  R1:
    right: granted
    deadline: 2025-11-18
    duties: {assess: any}
`
	results := RunAll(context.Background(), Parse("wrong.yaml", []byte(text)), 1)
	var b bytes.Buffer
	if err := Write(&b, words.EN, results); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		"FAIL wrong.yaml:1 wrong deadline\n", "  line 8, at the end of 2025-09-05: R1.deadline\n    expected  2025-11-18\n    found     2025-11-17\n",
		"17 November 2025", "G5.3-1", "line 9", "    expected  {assess: any}\n    found     {inform_patient: 2025-09-15, inform_referrer: 2025-09-15, book: 2025-11-17}\n", "\n0 passed, 1 failed\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q in:\n%s", want, got)
		}
	}
}

func TestSteps(t *testing.T) {
	assessed := received + "  - {on: 2025-09-05, do: assess, outcome: granted, deadline: 2025-11-17, benefit: true, reasonable_cost: true%s}\n"
	for _, c := range []struct{ name, steps, key, expected, found string }{
		{"refused without being said so", received + "  - {on: 2025-09-05, do: assess, outcome: granted, benefit: true, reasonable_cost: true}\n", "assess", "accepted", "rejected: [G4.4-7, G5.1-1, G5.3-2, G5.3-3]"},
		{"accepted though said to be refused", fmt.Sprintf(assessed, ", rejected: G4.4-7"), "rejected", "rejected: [G4.4-7]", "accepted"},
		{"refused by another norm", received + "  - {on: 2025-09-05, do: assess, outcome: granted, benefit: true, reasonable_cost: true, rejected: [G4.4-7, G9.2-1]}\n", "rejected", "[G4.4-7, G9.2-1]", "[G4.4-7, G5.1-1, G5.3-2, G5.3-3]"},
		{"a warning that is not given", fmt.Sprintf(assessed, ", warns: [G4.1-1]"), "warns", "[G4.1-1]", "[]"},
		{"a warning that is given", received + "  - {on: 2025-09-18, do: assess, outcome: granted, deadline: 2025-11-17, benefit: true, reasonable_cost: true, no_warns: [G4.1-1, G8-1]}\n", "no_warns", "none of [G4.1-1, G8-1]", "[G4.1-1, G8.1-1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := RunAll(context.Background(), Parse("x.yaml", []byte("case: x\nsteps:\n"+c.steps)), 1)[0]
			if len(res.Failures) != 1 {
				t.Fatalf("%d failures: %+v", len(res.Failures), res.Failures)
			}
			f := res.Failures[0]
			if f.Line != 4 || f.Step != 2 || f.Key != c.key || f.Expected != c.expected || f.Found != c.found {
				t.Errorf("line %d, step %d, %s: expected %s, found %s", f.Line, f.Step, f.Key, f.Expected, f.Found)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	head := "case: x\nsteps:\n" + received // the receive is line 3
	for _, c := range []struct {
		name, text string
		line       int
		says       []string
	}{
		{"no YAML", "case: x\nsteps: [\n", 2, []string{"not YAML"}},
		{"not a map", "- a\n- b\n", 1, []string{"must be a map"}},
		{"no name", "steps:\n" + received, 1, []string{"lacks its name"}},
		{"no steps", "case: x\n", 1, []string{"lacks steps"}},
		{"unknown key of a case", head + "expects: {}\n", 4, []string{`"expects"`, "did you mean expect?", "allowed: case, norms, world, steps, expect"}},
		{"key twice", head + "case: y\n", 4, []string{`"case" stands twice`, "line 1"}},
		{"key twice in a step", head + "  - {on: 2025-09-02, do: close, reason: withdrawn, reason: died}\n", 4, []string{`"reason" stands twice`}},
		{"unknown verb", head + "  - {on: 2025-09-02, do: asess, outcome: granted}\n", 4, []string{`"asess"`, "did you mean assess?"}},
		{"unknown argument", head + "  - {on: 2025-09-02, do: assess, outcom: granted, outcome: granted}\n", 4, []string{`"outcom" in assess`, "did you mean outcome?"}},
		{"missing argument", head + "  - {on: 2025-09-02, do: assess, benefit: true}\n", 4, []string{"assess lacks outcome"}},
		{"missing reason", head + "  - {on: 2025-09-02, do: change_deadline, deadline: 2025-10-01}\n", 4, []string{"change_deadline lacks reason"}},
		{"no date", head + "  - {do: close, reason: withdrawn}\n", 4, []string{"lacks its date"}},
		{"impossible date", head + "  - {on: 2025-02-30, do: close, reason: withdrawn}\n", 4, []string{"on must be a date", "2025-02-30"}},
		{"wrong boolean", head + "  - {on: 2025-09-02, do: assess, outcome: not_granted, benefit: nei}\n", 4, []string{"benefit must be true or false"}},
		{"wrong number", head + "  - {on: 2025-09-02, do: assess, outcome: not_granted, severity: 4}\n", 4, []string{"severity must be a whole number from 0 to 3"}},
		{"wrong code", head + "  - {on: 2025-09-02, do: assess, outcome: refused}\n", 4, []string{`outcome is "refused"`, "allowed: granted, not_granted"}},
		{"wrong ground", head + "  - {on: 2025-09-02, do: assess, outcome: not_granted, basis: [ethnicty]}\n", 4, []string{"did you mean ethnicity?"}},
		{"wrong role", head + "  - {on: 2025-09-02, do: close, as: janitor, reason: died}\n", 4, []string{"allowed: specialist, secretary"}},
		{"wrong referrer", "case: x\nsteps:\n  - {on: 2025-09-01, do: receive, at: HF, patient: {id: P1}, from: {role: gpp}}\n", 3, []string{"from.role", "allowed: gp"}},
		{"unknown key of a patient", "case: x\nsteps:\n  - {on: 2025-09-01, do: receive, at: HF, patient: {id: P1, name: Dummy}}\n", 3, []string{`"name" in patient`}},
		{"unknown referral", head + "  - {on: 2025-09-02, do: close, referral: R2, reason: died}\n", 4, []string{`no referral "R2"`, "there is: R1"}},
		{"no referral among several", head + strings.ReplaceAll(received, "R1", "R2") + "  - {on: 2025-09-02, do: close, reason: died}\n", 5, []string{"close lacks referral"}},
		{"received twice", head + received, 4, []string{"received twice"}},
		{"rejected and warned", head + "  - {on: 2025-09-02, do: close, reason: died, rejected: G4.3-1, warns: [G4.3-1]}\n", 4, []string{"not both"}},
		{"correction of a check", head + "  - {on: 2025-09-02, expect: {R1: {right: pending}}}\n  - {on: 2025-09-03, do: correct, step: 2, set: {on: 2025-09-01}}\n", 5, []string{"step 2 only checks"}},
		{"correction of a refusal", head + "  - {on: 2025-09-02, do: close, reason: handled, rejected: G4.3-1}\n  - {on: 2025-09-03, do: correct, step: 2, set: {on: 2025-09-01}}\n", 5, []string{"step 2 was rejected"}},
		{"correction of what is not there", head + "  - {on: 2025-09-03, do: correct, step: 7, set: {on: 2025-09-01}}\n", 4, []string{"step must be a whole number from 1 to 1"}},
		{"correction with a foreign argument", head + "  - {on: 2025-09-03, do: correct, step: 1, set: {outcome: granted}}\n", 4, []string{`"outcome" in set, for receive`}},
		{"unknown expectation", head + "expect: {R1: {dedline: null}}\n", 4, []string{`"dedline"`, "did you mean deadline?"}},
		{"expectation of nobody", head + "expect: {R3: {deadline: null}}\n", 4, []string{`called "R3"`}},
		{"unknown duty", head + "expect: {R1: {duties: {asses: any}}}\n", 4, []string{"did you mean assess?"}},
		{"wrong date of a duty", head + "expect: {R1: {duties: {assess: soon}}}\n", 4, []string{"a date, null (none) or any"}},
		{"list of a provider that is not there", head + "expect: {waiting_list: {FH: []}}\n", 4, []string{`no provider "FH"`, "there is: HF"}},
		{"list of a site that is not there", "case: x\nworld: {providers: [{id: HF, sites: [Hamar]}]}\nsteps:\n" + received + "expect: {waiting_list: {HF/Hamer: []}}\n", 5, []string{`no site "Hamer"`, "did you mean Hamar?"}},
		{"no month", head + "expect: {statistics: {waiting: 1}}\n", 4, []string{"lacks month"}},
		{"wrong month", head + "expect: {statistics: {month: september, waiting: 1}}\n", 4, []string{"month must be a month such as 2025-09"}},
		{"unknown provider kind", "case: x\nworld: {providers: [{id: A, kind: publik}]}\nsteps:\n" + received, 2, []string{"did you mean public?"}},
		{"provider twice", "case: x\nworld: {providers: [{id: A, kind: public}, {id: A, kind: public}]}\nsteps:\n" + received, 2, []string{"stands twice"}},
		{"right without weeks", "case: x\nworld: {guides: {orthopaedics: [{condition: hip, right: true}]}}\nsteps:\n" + received, 2, []string{"max_weeks is missing"}},
		{"exception never opened", head + "  - {on: 2025-09-02, do: decide_exception, exception: X1, outcome: granted}\n", 4, []string{`there is no exception "X1" in the case`}},
		{"exception opened twice", head + "  - {on: 2025-09-02, do: apply_exception, exception: X1, method: m}\n  - {on: 2025-09-02, do: apply_exception, exception: X1, method: m}\n", 5, []string{"exception X1 is opened twice"}},
		{"representative of nobody", head + "  - {on: 2025-09-02, do: schedule_meeting, meeting: M1}\n  - {on: 2025-09-02, do: invite, meeting: M1, representatives: [B1, B5]}\n", 5, []string{"B5", "B1, B2, B3, B4"}},
		{"no such meeting", head + "  - {on: 2025-09-02, do: propose_group_exception, exception: X1, method: m}\n  - {on: 2025-09-02, do: decide_exception, exception: X1, outcome: granted, meeting: M7}\n", 5, []string{`no meeting "M7"`}},
		{"invited to another meeting than is scheduled", head + "  - {on: 2025-09-02, do: schedule_meeting, meeting: M1}\n  - {on: 2025-09-02, do: invite, meeting: M7, representatives: [B1]}\n", 5, []string{`there is no meeting "M7"`, "M1"}},
		{"decision of the method", head + "  - {on: 2025-09-02, do: apply_exception, exception: X1, method: m, method_decision: maybe}\n", 4, []string{`"maybe"`, "no, yes, pending"}},
		{"outcome of an exception", head + "  - {on: 2025-09-02, do: apply_exception, exception: X1, method: m}\n  - {on: 2025-09-02, do: decide_exception, exception: X1, outcome: stopped}\n", 5, []string{`"stopped"`, "granted, refused"}},
		{"individual is a yes or a no", head + "  - {on: 2025-09-02, do: apply_exception, exception: X1, method: m}\n  - {on: 2025-09-02, do: decide_exception, exception: X1, outcome: granted, individual: perhaps}\n", 5, []string{"true or false", `"perhaps"`}},
		{"group without a method", head + "  - {on: 2025-09-02, do: propose_group_exception, exception: X1, group: adults}\n", 4, []string{"lacks method"}},
		{"review without an end", head + "  - {on: 2025-09-02, do: review_practice, review: V1, from: 2025-09-01}\n", 4, []string{"lacks to"}},
		{"review by something else", head + "  - {on: 2025-09-02, do: review_practice, review: V1, from: 2025-09-01, to: 2025-09-02, by: [postcode]}\n", 4, []string{`"postcode"`, "region"}},
		{"count of a review misspelt", head + "  - {on: 2025-09-02, do: review_practice, review: V1, from: 2025-09-01, to: 2025-09-02}\nexpect:\n  V1: {aplied: {vest: 1}}\n", 6, []string{"did you mean applied?"}},
		{"key of a matter", head + "  - {on: 2025-09-02, do: apply_exception, exception: X1, method: m}\nexpect:\n  X1: {deadline: 2025-09-01}\n", 6, []string{"deadline"}},
		{"too deep", "case: " + strings.Repeat("[", 100) + "\n", 1, []string{"inside each other"}},
		{"not UTF-8", "case: x\nsteps: \xff\n", 2, []string{"not UTF-8"}},
		{"empty", "# nothing\n---\n", 1, []string{"no case"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cases := Parse("x.yaml", []byte(c.text))
			if len(cases) != 1 || len(cases[0].Problems) == 0 {
				t.Fatalf("no problem in %d cases", len(cases))
			}
			p := cases[0].Problems[0]
			for _, q := range cases[0].Problems {
				if q.Line == c.line && strings.Contains(q.Text, c.says[0]) {
					p = q
				}
			}
			if p.Line != c.line {
				t.Errorf("line %d, want %d: %s", p.Line, c.line, p.Text)
			}
			for _, s := range c.says {
				if !strings.Contains(p.Text, s) {
					t.Errorf("%q lacks %q", p.Text, s)
				}
			}
			if r := Run(context.Background(), cases[0]); r.Passed || len(r.Failures) != len(cases[0].Problems) {
				t.Errorf("passed %t with %d failures", r.Passed, len(r.Failures))
			}
		})
	}
}

func TestOneBadCaseLeavesTheOthers(t *testing.T) {
	text := "%YAML 1.2\n---\ncase: one\nsteps:\n" + received + "---\ncase: two\nsteps: [\n--- # the third\ncase: three\r\nsteps:\n" + received + "...\n"
	results := RunAll(context.Background(), Parse("x.yaml", []byte(text)), 2)
	if len(results) != 3 || !results[0].Passed || results[1].Passed || !results[2].Passed {
		t.Fatalf("%+v", results)
	}
	if results[1].Case != "two" || results[0].Line != 3 || results[2].Line != 10 {
		t.Errorf("%q on line %d, %d", results[1].Case, results[0].Line, results[2].Line)
	}
}

func TestAliasesStandForWhatTheyName(t *testing.T) {
	text := "case: x\nsteps:\n  - {on: 2025-09-01, do: receive, referral: R1, at: HF, patient: &p {id: P1, born: 1968-03-12}}\n  - {on: 2025-09-01, do: receive, referral: R2, at: HF, patient: *p}\n  - {on: 2025-09-02, do: close, referral: *r, reason: died}\n"
	c := Parse("x.yaml", []byte(text))[0]
	if len(c.Problems) != 2 || c.Problems[0].Line != 5 || !strings.Contains(c.Problems[0].Text, "no anchor &r") {
		t.Fatalf("%+v", c.Problems)
	}
	if p := get[patient](c.steps[1].args, "patient"); p.id != "P1" {
		t.Errorf("%+v", p)
	}
}

func TestCorrectedPatientKeepsTheRest(t *testing.T) {
	text := "case: x\nsteps:\n" + strings.Replace(received, "orthopaedics", "addiction", 1) + "  - {on: 2025-09-02, do: correct, step: 1, set: {patient: {born: 2005-03-12}}}\nexpect: {R1: {flags: [guarantee_65]}}\n"
	if r := Run(context.Background(), Parse("x.yaml", []byte(text))[0]); !r.Passed {
		t.Errorf("%+v", r.Failures)
	}
}

func FuzzParse(f *testing.F) {
	for _, dir := range []string{"*.yaml", "own/*.yaml"} {
		files, _ := fs.Glob(Embedded(), dir)
		for _, file := range files {
			text, _ := fs.ReadFile(Embedded(), file)
			for i, d := range split(text) {
				if i < 3 {
					f.Add(d.text)
				}
			}
		}
	}
	f.Add([]byte("case: &a [*a, *a]\nsteps: *a\n"))
	f.Add([]byte("- - - - - - - - x\n"))
	f.Add([]byte("? {a: b}\n: !!str c\n<<: {d: e}\n"))
	f.Add([]byte("case: |\n  x\nsteps: >-\n  y\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		stuck := time.AfterFunc(20*time.Second, func() { panic("stuck in a text") }) // a text must not hold the program
		defer stuck.Stop()
		cases := Parse("fuzz.yaml", text)
		if len(cases) == 0 {
			t.Fatal("no case and no problem")
		}
		lines := bytes.Count(text, []byte("\n")) + 1
		for _, c := range cases {
			if c.Line < 1 || c.Line > lines {
				t.Fatalf("case on line %d of %d", c.Line, lines)
			}
			for _, p := range c.Problems {
				if p.Line < 1 || p.Line > lines+1 || p.Text == "" {
					t.Fatalf("problem on line %d of %d: %s", p.Line, lines, p.Text)
				}
			}
			if len(c.Problems) == 0 && len(c.steps) < 20 {
				Run(context.Background(), c)
			}
		}
	})
}

// BenchmarkRun runs the given cases, those of the house, from text to result; 500 a second is what was asked for.
func BenchmarkRun(b *testing.B) {
	files, err := fs.Glob(Embedded(), "*.yaml")
	if err != nil {
		b.Fatal(err)
	}
	texts := make([][]byte, len(files))
	for i, f := range files {
		if texts[i], err = fs.ReadFile(Embedded(), f); err != nil {
			b.Fatal(err)
		}
	}
	n := 0
	for b.Loop() {
		var cases []*Case
		for i, f := range files {
			cases = append(cases, Parse(f, texts[i])...)
		}
		for _, r := range RunAll(context.Background(), cases, 0) {
			if !r.Passed {
				b.Fatalf("%s:%d fails", r.File, r.Line)
			}
		}
		n += len(cases)
	}
	perSecond := float64(n) / b.Elapsed().Seconds()
	b.ReportMetric(perSecond, "cases/s")
	b.ReportMetric(perSecond/500, "×500/s")
}
