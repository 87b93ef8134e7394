package access

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rettid/day"
	"rettid/referral"
)

var update = flag.Bool("update", false, "draw testdata/matrix.txt anew")

var today = day.On(2025, 4, 23)

var (
	someone = PatientID{"FJO", "p1"}
	another = PatientID{"FJO", "p2"}
)

// one makes a user with a single grant of the role: staff at the orthopaedic unit of FJO, the patient someone, the
// referrer GP01.
func one(r Role) User {
	g := Grant{Role: r, Provider: "FJO", Unit: "FJO-01"}
	switch r {
	case Patient, Representative:
		g = Grant{Role: r, Patient: someone}
	case Referrer, ReferrerOffice:
		g = Grant{Role: r, Provider: "GP01"}
	case UserRepresentative, GuideAuthor, Administrator, Secretariat, Analyst, Reader:
		g = Grant{Role: r}
	case RHFDirector:
		g = Grant{Role: r, Provider: "vest"}
	case Committee:
		g = Grant{Role: r, Provider: "FJO"}
	}
	return User{ID: "u1", Name: "Dag Dummy", HPR: "990000101", Roles: []Grant{g}}
}

// The places a case can be, as one in the orthopaedic unit of FJO, as someone or as GP01 sees it.
var places = []struct {
	name string
	c    Case
}{
	{"own unit", Case{Holder: "FJO", ListProvider: "FJO", Unit: "FJO-01", Specialty: "orthopaedics", Patient: another, Referrer: "GP02"}},
	{"same provider", Case{Holder: "FJO", ListProvider: "FJO", Unit: "FJO-09", Specialty: "gastroenterology", Patient: another, Referrer: "GP02"}},
	{"other provider", Case{Holder: "INN", ListProvider: "INN", Unit: "INN-01", Specialty: "orthopaedics", Patient: another, Referrer: "GP02"}},
	{"own case", Case{Holder: "INN", ListProvider: "INN", Unit: "INN-01", Specialty: "orthopaedics", Patient: someone, Referrer: "GP01", ReferrerHPR: "990000101"}},
}

func cell(d Decision) string {
	switch {
	case d.Allowed:
		return "yes"
	case d.NeedsReason:
		return "ask"
	}
	return "-"
}

// The whole matrix of role, action and place on a page: a new rule shows in the diff and can be talked about.
func TestMatrix(t *testing.T) {
	var b strings.Builder
	b.WriteString("Who may do what: yes, ask (say why; it is followed up and the patient sees it), - (refused).\n")
	b.WriteString("Drawn by a test: go test ./access -run Matrix -update\n")
	for _, r := range Roles() {
		fmt.Fprintf(&b, "\n%-24s", r)
		for _, p := range places {
			fmt.Fprintf(&b, "%-16s", p.name)
		}
		b.WriteString("no case\n")
		for _, a := range Actions() {
			row := fmt.Sprintf("  %-22s", a)
			for _, p := range append(slices.Clone(places), struct {
				name string
				c    Case
			}{}) {
				row += fmt.Sprintf("%-16s", cell(Decide(one(r), a, p.c, today)))
			}
			b.WriteString(strings.TrimRight(row, " ") + "\n")
		}
	}
	file := filepath.Join("testdata", "matrix.txt")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the matrix is not as in %s: look at the difference, then draw it anew with -update\n%s", file, b.String())
	}
}

// What the matrix must never come to say, whoever draws it anew.
func TestMatrixNever(t *testing.T) {
	for _, r := range Roles() {
		for _, a := range Actions() {
			for _, p := range places {
				d := Decide(one(r), a, p.c, today)
				caseAction := a.command() || a == Open || a == List || a == Search || a == Export
				application := a == SeeException || a == ApplyException || a == EndorseException || a == DecideException || a == ExceptionLetter
				forwarded := a == SeeForwarded || a == DecideForwarded
				switch {
				case application && (d.NeedsReason || d.Allowed && (p.name == "other provider" || p.name == "own case" || !r.staff())):
					t.Errorf("%s may %s an application (%s): identity does not leave the trust's own line (X-335)", r, a, p.name)
				case forwarded && d.Allowed && r != Secretariat && r != Committee:
					t.Errorf("%s may %s: only secretariat and committee see what is sent on", r, a)
				case a == DecideException && d.Allowed && r != MedicalDirector, a == DecideForwarded && d.Allowed && r != Committee:
					t.Errorf("%s may %s (X-106, X-107)", r, a)
				case (r == UserRepresentative || r == Analyst || r == Reader || r == RHFDirector) && (caseAction || application || forwarded) && (d.Allowed || d.NeedsReason):
					t.Errorf("%s may %s: they never see a single patient's case (X-109)", r, a)
				case (a == KeepGroups || a == KeepReview) && d.Allowed && (r.staff() || r == UserRepresentative || r == Reader), a == DecideGroup && d.Allowed && r != RHFDirector && r != Secretariat, a == SpeakForUsers && d.Allowed && r != UserRepresentative:
					t.Errorf("%s may %s (X-103, X-104, X-512)", r, a)
				case (r == UserRepresentative || r == Analyst || r == Reader) && a == SeePrecedent && d.Allowed:
					t.Errorf("%s may %s: decided cases without identity are still single cases (X-805)", r, a)
				case (r == UserRepresentative || r == GuideAuthor || r == Administrator || r == Auditor) && caseAction && (d.Allowed || d.NeedsReason):
					t.Errorf("%s may %s a case (%s): they never see one", r, a, p.name)
				case r != Assessor && (a == Assess || a == ChangeDeadline || a == Worsen) && d.Allowed:
					t.Errorf("%s may %s: only an assessor decides (G2-18)", r, a)
				case d.NeedsReason && a != Open:
					t.Errorf("%s may %s for a reason: a reason gives reading alone", r, a)
				case d.Allowed && caseAction && p.name == "other provider":
					t.Errorf("%s may %s at another provider without saying why", r, a)
				case (r == Patient || r == Representative || r == Referrer || r == ReferrerOffice) && p.name != "own case" && (d.Allowed || d.NeedsReason):
					t.Errorf("%s may %s what is not theirs", r, a)
				case p.name == "own unit" && caseAction && cell(Decide(one(r), a, Case{}, today)) != "-":
					t.Errorf("%s may %s no case at all", r, a)
				case d.NeedsReason && len(Reasons(r)) == 0:
					t.Errorf("%s is asked for a reason and has none to give", r)
				}
			}
		}
	}
}

func TestDistance(t *testing.T) {
	own := places[0].c
	tests := []struct {
		name  string
		grant Grant
		a     Action
		c     Case
		want  string // cell
		why   string
	}{
		{"the unit", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01"}, Book, own, "yes", "own_unit"},
		{"the whole provider", Grant{Role: Booking, Provider: "FJO"}, Book, own, "yes", "own_unit"},
		{"another unit", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-02"}, Book, own, "-", "other_unit"},
		{"another unit, opened", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-02"}, Open, own, "ask", "needs_reason"},
		{"unit of another provider by the same name", Grant{Role: Booking, Provider: "INN", Unit: "FJO-01"}, Book, own, "-", "other_provider"},
		{"a specialty of the unit", Grant{Role: Assessor, Provider: "FJO", Unit: "FJO-01", Specialty: "hip_surgery"}, Assess, own, "-", "other_unit"},
		{"the specialty in any unit", Grant{Role: Assessor, Provider: "FJO", Specialty: "orthopaedics"}, Assess, own, "yes", "own_unit"},
		{"not given to a unit, intake", Grant{Role: Intake, Provider: "FJO", Unit: "FJO-01"}, Forward, Case{Holder: "FJO"}, "yes", "own_provider"},
		{"not given to a unit, other", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01"}, Book, Case{Holder: "FJO", Specialty: "orthopaedics"}, "-", "other_unit"},
		{"not given to a unit, by specialty", Grant{Role: Assessor, Provider: "FJO", Unit: "FJO-01", Specialty: "orthopaedics"}, Assess, Case{Holder: "FJO", Specialty: "orthopaedics"}, "yes", "own_unit"},
		{"on our list, treated elsewhere", Grant{Role: Booking, Provider: "FJO"}, Open, Case{Holder: "KNE", ListProvider: "FJO", Unit: "KNE-1"}, "yes", "own_unit"},
		{"on our list, another unit for all we know", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01"}, Open, Case{Holder: "KNE", ListProvider: "FJO", Unit: "KNE-1"}, "ask", "needs_reason"},
		{"on our list, our specialty", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01", Specialty: "orthopaedics"}, Open, Case{Holder: "KNE", ListProvider: "FJO", Specialty: "orthopaedics"}, "yes", "own_unit"},
		{"no provider is no place", Grant{Role: Booking}, Open, Case{}, "-", "other_provider"},
		{"everywhere opens no case", Grant{Role: Manager, Provider: Everywhere}, Open, own, "-", "other_provider"},
		{"everywhere exports no list", Grant{Role: Manager, Provider: Everywhere}, Export, own, "-", "other_provider"},
		{"everywhere's figures", Grant{Role: Manager, Provider: Everywhere}, SeeFigures, own, "yes", "everywhere"},
		{"everywhere's logs", Grant{Role: Auditor, Provider: Everywhere}, Audit, ListOf("FJO", "", ""), "yes", "everywhere"},
		{"a patient without an id is nobody's", Grant{Role: Patient}, Open, Case{}, "-", "not_your_patient"},
		{"nor of a trust's nobody", Grant{Role: Patient, Patient: PatientID{Tenant: "FJO"}}, Open, Case{Patient: PatientID{Tenant: "FJO"}}, "-", "not_your_patient"},
		{"nor of no trust's", Grant{Role: Patient, Patient: PatientID{ID: "p2"}}, Open, Case{Patient: PatientID{ID: "p2"}}, "-", "not_your_patient"},
		{"the same number in another trust", Grant{Role: Patient, Patient: PatientID{"INN", "p2"}}, Open, own, "-", "not_your_patient"},
		{"a referrer without an id", Grant{Role: Referrer}, Open, Case{}, "-", "not_your_referral"},
		{"a hospital's id is no referrer's", Grant{Role: Referrer, Provider: "FJO"}, Open, own, "-", "not_your_referral"},
		{"the list of the unit", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01"}, List, ListOf("FJO", "FJO-01", ""), "yes", "own_unit"},
		{"the list of every unit", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01"}, List, ListOf("FJO", "", ""), "-", "other_unit"},
		{"the specialty's list of every unit", Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01", Specialty: "orthopaedics"}, List, ListOf("FJO", "", "orthopaedics"), "-", "other_unit"},
		{"not yet", Grant{Role: Booking, Provider: "FJO", In: day.Period{From: today.Add(1)}}, Open, own, "-", "no_role"},
		{"from today", Grant{Role: Booking, Provider: "FJO", In: day.Period{From: today, To: today}}, Open, own, "yes", "own_unit"},
		{"no longer", Grant{Role: Booking, Provider: "FJO", In: day.Period{To: today.Add(-1)}}, Open, own, "-", "no_role"},
		{"an unknown role", Grant{Role: "director", Provider: "FJO"}, Open, own, "-", "not_for_role"},
		{"an unknown action", Grant{Role: Booking, Provider: "FJO"}, "erase", own, "-", "not_for_role"},
	}
	for _, tt := range tests {
		d := Decide(User{ID: "u1", Roles: []Grant{tt.grant}}, tt.a, tt.c, today)
		if cell(d) != tt.want || d.Why != tt.why {
			t.Errorf("%s: %s %s, want %s %s", tt.name, cell(d), d.Why, tt.want, tt.why)
		}
		if (d.Allowed || d.NeedsReason) != (d.As == tt.grant) {
			t.Errorf("%s: the decision rests on %+v", tt.name, d.As)
		}
	}
}

// Of several grants the one that gives most speaks, in whatever order they stand.
func TestSeveralGrants(t *testing.T) {
	here, there := Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01"}, Grant{Role: Auditor, Provider: "FJO"}
	elsewhere := Grant{Role: Booking, Provider: "INN"}
	for _, grants := range [][]Grant{{here, there, elsewhere}, {elsewhere, there, here}} {
		d := Decide(User{Roles: grants}, Open, places[0].c, today)
		if !d.Allowed || d.As != here {
			t.Errorf("%v: %+v", grants, d)
		}
	}
	u := User{Roles: []Grant{there, here}}
	if May(u, Assess, today) || !May(u, Audit, today) || May(u, Audit, day.Day{}) {
		t.Error("May is not what the grants give")
	}
	if got := Scope(u, List, today); !slices.Equal(got, []Grant{here}) || Reach(here, List) != "unit" || Reach(there, List) != "" {
		t.Errorf("Scope(list) = %v", got)
	}
	if g, ok := u.Main(today); !ok || g != there {
		t.Errorf("Main = %v", g)
	}
}

func TestReasons(t *testing.T) {
	asked := Decide(one(Booking), Open, places[2].c, today)
	if d := asked.With("emergency"); !d.Allowed || d.NeedsReason || d.Why != "reason_given" || d.As.Role != Booking {
		t.Errorf("with a reason: %+v", d)
	}
	for _, reason := range []string{"", "curiosity", "supervision", "Emergency"} {
		if d := asked.With(reason); d.Allowed || !d.NeedsReason || d.Why != "not_a_reason" {
			t.Errorf("with %q: %+v", reason, d)
		}
	}
	if d := Decide(one(Administrator), Open, places[0].c, today).With("emergency"); d.Allowed {
		t.Error("a reason opened what cannot be opened by a reason")
	}
	if d := Decide(User{}, Open, places[0].c, today).With("emergency"); d.Allowed {
		t.Error("a reason opened a case to nobody")
	}
	for _, r := range Roles() {
		if OutsideOwnWork(Purpose(r)) && r != Auditor {
			t.Errorf("%s: the everyday purpose %s is taken for one outside own work", r, Purpose(r))
		}
	}
	if !OutsideOwnWork("emergency") || OutsideOwnWork("booking") || OutsideOwnWork("") {
		t.Error("OutsideOwnWork")
	}
}

// Every command of package referral is an action, and every action that changes a case is a command.
func TestEveryCommandIsAnAction(t *testing.T) {
	commands := []referral.Command{&referral.Receive{}, &referral.Forward{}, &referral.RequestInformation{}, &referral.ReceiveInformation{}, &referral.RefuseOutOfRegion{},
		&referral.Begin{}, &referral.Assess{}, &referral.Classify{}, &referral.Book{}, &referral.Inform{}, &referral.LetterDelivered{}, &referral.LetterNotDelivered{}, &referral.ChangeDeadline{}, &referral.Worsen{},
		&referral.Postpone{}, &referral.WishEarlier{}, &referral.MakeOffer{}, &referral.Accept{}, &referral.Decline{}, &referral.Start{}, &referral.NotifyHelfo{}, &referral.HelfoPlaced{}, &referral.HelfoReturned{}, &referral.TellHelfo{},
		&referral.Complain{}, &referral.Ask{}, &referral.Reply{}, &referral.DecideComplaint{}, &referral.ConsiderKin{}, &referral.PathwayEvent{}, &referral.Close{}, &referral.Correct{},
		&referral.CheckContent{}, &referral.CheckPlace{}, &referral.AskOpinion{}, &referral.GiveOpinion{}}
	used := make(map[Action]bool)
	for _, c := range commands {
		a, ok := ActionOf(c.Verb())
		if !ok {
			t.Errorf("command %s is no action: nobody may do it", c.Verb())
		}
		used[a] = true
	}
	for _, a := range Actions() {
		if a.command() && !used[a] {
			t.Errorf("action %s is no command's", a)
		}
		if !slices.ContainsFunc(Roles(), func(r Role) bool { l := rule(r, a); return l.may != nowhere || l.ask != nowhere }) {
			t.Errorf("action %s is given to nobody", a)
		}
	}
	for _, verb := range []string{"open", "administer", "", "erase"} {
		if a, ok := ActionOf(verb); ok {
			t.Errorf("%q is taken for the command %s", verb, a)
		}
	}
}

// Whoever acts on a referral or in the exception scheme has a name in the law.
func TestEveryActorHasALawfulName(t *testing.T) {
	for _, r := range Roles() {
		acts := slices.ContainsFunc(Actions(), func(a Action) bool { return (a.command() || slices.Contains(scheme, a)) && rule(r, a).may != nowhere })
		if acts != (r.Law() != "") {
			t.Errorf("%s acts: %v, in the log as %q", r, acts, r.Law())
		}
	}
}

// scheme are the actions that leave something in the log of the exception scheme, and are done by nobody else.
var scheme = []Action{ApplyException, DecideForwarded, OpenExceptionDoors, SeeForwarded}

func drawCase(t *rapid.T) Case {
	ids := rapid.SampledFrom([]string{"", "FJO", "INN", "KNE", "GP01", "*"})
	units := rapid.SampledFrom([]string{"", "FJO-01", "FJO-09", "INN-01", "*"})
	return Case{Holder: ids.Draw(t, "holder"), ListProvider: ids.Draw(t, "list"), Unit: units.Draw(t, "unit"), Specialty: rapid.SampledFrom([]string{"", "orthopaedics", "urology"}).Draw(t, "specialty"),
		Patient: drawPatient(t), Referrer: ids.Draw(t, "referrer")}
}

func drawPatient(t *rapid.T) PatientID {
	return PatientID{rapid.SampledFrom([]string{"", "FJO", "INN"}).Draw(t, "tenant"), rapid.SampledFrom([]string{"", "p1", "p2"}).Draw(t, "patient")}
}

func drawGrant(t *rapid.T) Grant {
	return Grant{Role: rapid.SampledFrom(append(Roles(), "", "director")).Draw(t, "role"), Provider: rapid.SampledFrom([]string{"", "FJO", "INN", "GP01", "*"}).Draw(t, "provider"),
		Unit: rapid.SampledFrom([]string{"", "FJO-01", "INN-01"}).Draw(t, "grant unit"), Specialty: rapid.SampledFrom([]string{"", "orthopaedics", "urology"}).Draw(t, "grant specialty"), Patient: drawPatient(t),
		In: day.Period{From: rapid.SampledFrom([]day.Day{{}, today, today.Add(1)}).Draw(t, "from"), To: rapid.SampledFrom([]day.Day{{}, today, today.Add(-1)}).Draw(t, "to")}}
}

// Nothing is allowed to one without grants, or before and after them.
func TestNothingWithoutGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := User{ID: "u1", Name: "Dag Dummy", Language: "nb"}
		for range rapid.IntRange(0, 3).Draw(t, "past grants") {
			g := drawGrant(t)
			g.In = rapid.SampledFrom([]day.Period{{To: today.Add(-1)}, {From: today.Add(1)}}).Draw(t, "not today")
			u.Roles = append(u.Roles, g)
		}
		a := rapid.SampledFrom(append(Actions(), "", "erase")).Draw(t, "action")
		c := drawCase(t)
		d := Decide(u, a, c, today)
		if d.Allowed || d.NeedsReason || d.As != (Grant{}) || d.With("emergency").Allowed || May(u, a, today) {
			t.Fatalf("%s allowed to nobody: %+v", a, d)
		}
		u.Roles = []Grant{drawGrant(t)}
		if Decide(u, a, c, day.Day{}).Allowed {
			t.Fatal("allowed on no day")
		}
	})
}

// A decision is one thing at a time, rests on a grant in force, and more grants never take anything away.
func TestDecisionsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := User{ID: "u1"}
		for range rapid.IntRange(1, 3).Draw(t, "grants") {
			u.Roles = append(u.Roles, drawGrant(t))
		}
		a, c := rapid.SampledFrom(Actions()).Draw(t, "action"), drawCase(t)
		d := Decide(u, a, c, today)
		if d.Allowed && d.NeedsReason || d.Why == "" {
			t.Fatalf("%+v", d)
		}
		if d.Allowed || d.NeedsReason {
			if !d.As.InForce(today) || !slices.Contains(u.Roles, d.As) {
				t.Fatalf("rests on %+v", d.As)
			}
			if a == Open && d.As.Provider == Everywhere && d.As.Role != Patient && d.As.Role != Representative { // a patient opens their own, whatever the place
				t.Fatal("a grant for every provider opened a case")
			}
		}
		more := User{ID: "u1", Roles: append(slices.Clone(u.Roles), drawGrant(t))}
		after := Decide(more, a, c, today)
		if d.Allowed && !after.Allowed || d.NeedsReason && !after.NeedsReason && !after.Allowed {
			t.Fatalf("one grant more: %+v became %+v", d, after)
		}
	})
}

func TestUserIsNotWritten(t *testing.T) {
	u := User{ID: "u7", Name: "Prøve Testesen"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if got := fmt.Sprintf(format, u); strings.Contains(got, "Testesen") || !strings.Contains(got, "u7") {
			t.Errorf("%s writes %s", format, got)
		}
	}
	if got := u.LogValue().String(); got != "u7" {
		t.Errorf("the log has %s", got)
	}
}
