// Package story is the whole house at work: a hospital year drawn from a seed, day by day through the desk, on both databases, by people who
// do sensible things, foolish things, the same thing twice, and things they must take back.
//
// What never happens here: no room is replaced by a stand-in, and nothing is asserted of one rule alone; that is the rooms' own work.
package story

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/internal/testpg"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
)

// The year is short unless RETTID_STORY_DAYS says how many days it has; RETTID_STORY_SEED draws another one.
const shortYear = 60

func number(t *testing.T, name string, usual int) int {
	s := os.Getenv(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		t.Fatalf("%s is %q, not a whole number", name, s)
	}
	return n
}

func TestYearOnSQLite(t *testing.T) {
	t.Parallel()
	live(t, filepath.Join(t.TempDir(), "year.db"), 5)
}

func TestYearInMemory(t *testing.T) {
	t.Parallel()
	live(t, ":memory:", 2)
}

func TestYearOnPostgreSQL(t *testing.T) {
	t.Parallel()
	live(t, testpg.URL(t), 8)
}

// A hospital is the year as it goes.
type hospital struct {
	*testing.T
	ctx   context.Context
	r     *rand.Rand
	desk  *desk.Desk
	now   time.Time
	oslo  *time.Location
	cases []*kase

	taken, refused, replayed, corrected int
}

// A kase is one referral as the story remembers it.
type kase struct {
	tenant  string
	id      int64
	seq     int
	patient string
	state   referral.Referral
	then    map[day.Day][]byte // the state as known on an evening, as it was seen that evening
}

func live(t *testing.T, url string, usual int) {
	seed, days := uint64(number(t, "RETTID_STORY_SEED", usual)), number(t, "RETTID_STORY_DAYS", shortYear)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the year was drawn from RETTID_STORY_SEED=%d RETTID_STORY_DAYS=%d", seed, days)
		}
	})
	ctx := context.Background()
	l, err := ledger.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	h := &hospital{T: t, ctx: ctx, r: rand.New(rand.NewPCG(seed, 7)), oslo: oslo}
	h.desk = desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
	h.desk.Now = func() time.Time { return h.now }

	first := day.On(2025, 9, 1)
	for d := first; d.Sub(first) < days; d = d.Add(1) {
		h.morning(d)
		for range h.r.IntN(3) {
			h.arrive()
		}
		for range h.r.IntN(24) {
			if len(h.cases) > 0 {
				h.act(h.cases[h.r.IntN(len(h.cases))])
			}
		}
		h.evening(d)
		if n := d.Sub(first); n%25 == 24 || n == days-1 {
			h.revision(d)
		}
		if t.Failed() {
			t.Fatalf("stopped on %s", d)
		}
	}
	t.Logf("%d referrals, %d commands taken, %d refused, %d corrections, %d retries", len(h.cases), h.taken, h.refused, h.corrected, h.replayed)
	if days >= shortYear && (h.refused == 0 || h.corrected == 0 || h.replayed == 0 || len(h.cases) < 20) {
		t.Errorf("the year was too quiet to tell anything")
	}
}

func (h *hospital) morning(d day.Day) {
	year, month, dom := d.Date()
	h.now = time.Date(year, time.Month(month), dom, 7, 0, 0, 0, h.oslo)
}

func (h *hospital) today() day.Day { return day.FromTime(h.now) }

func one[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// somewhen draws a day around today: most often near, now and then absurd.
func (h *hospital) somewhen(ahead int) day.Day {
	switch h.r.IntN(20) {
	case 0:
		return day.Day{}
	case 1:
		return h.today().Add(-h.r.IntN(90))
	}
	return h.today().Add(h.r.IntN(ahead + 1))
}

var providers = []string{"FJO", "INN", "SUN", "KNE", "KUL", "AV3", "AV4", "NOWHERE"}

func (h *hospital) provider() string {
	if h.r.IntN(3) > 0 {
		return providers[h.r.IntN(3)]
	}
	return providers[h.r.IntN(len(providers))]
}

func (h *hospital) specialty() string {
	return one(h.r, "orthopaedics", "knee_surgery", "neurology", "mental_health", "child_mental_health", "addiction", "dermatology", "ophthalmology", "oncology", "")
}

// order makes an order that happened on a day and is recorded now, half a minute after the one before.
func (h *hospital) order(k *kase, on day.Day, role law.Role, c referral.Command) desk.Order {
	h.now = h.now.Add(time.Duration(5+h.r.IntN(240)) * time.Second)
	o := desk.Order{Tenant: k.tenant, Referral: k.id, At: referral.At{On: on, Role: role, Actor: "nobody", Place: "FJO"}, Do: c, Known: h.now}
	if h.r.IntN(5) == 0 {
		o.Key = fmt.Sprintf("key-%d-%d", h.now.UnixMicro(), h.r.IntN(1<<30))
	}
	return o
}

func (h *hospital) receive() *referral.Receive {
	c := &referral.Receive{Place: h.provider(), Born: day.On(1930+h.r.IntN(94), 1+h.r.IntN(12), 1+h.r.IntN(28)), Municipality: one(h.r, "4601", "1103", "0301", "9999"), Specialty: h.specialty(),
		Kind: one(h.r, law.Elective, law.Elective, law.Elective, law.Elective, law.Emergency, law.Internal, law.Self), From: referral.From{Role: one(h.r, "gp", "doctor", "child_welfare", "patient", "gardener")},
		Urgent: h.r.IntN(8) == 0, SeriousSuspected: h.r.IntN(12) == 0, SecondOpinion: h.r.IntN(25) == 0, Deficient: h.r.IntN(8) == 0, Text: referral.Say("oppdiktet")}
	if h.r.IntN(10) == 0 {
		c.Concerns = law.Concerns[h.r.IntN(len(law.Concerns))]
	}
	if h.r.IntN(12) == 0 {
		c.FirstReceived = h.somewhen(2)
	}
	return c
}

func (h *hospital) arrive() {
	on := h.today()
	if h.r.IntN(10) == 0 {
		on = h.today().Add(2 - h.r.IntN(6)) // some are recorded late, some for a day that has not come
	}
	c := h.receive()
	k := &kase{tenant: one(h.r, "FJO", "FJO", "SUN"), patient: fmt.Sprintf("S%05d", len(h.cases)), then: make(map[day.Day][]byte)}
	c.Patient = k.patient
	if h.r.IntN(12) == 0 {
		c.NewConditionOf = 1 + int64(h.r.IntN(30))
	}
	o := h.order(k, on, law.Secretary, c)
	o.Person = &ledger.Person{Tenant: k.tenant, ID: k.patient, Given: "Prøve", Family: "Dummy", Born: c.Born, Sex: "female"}
	if n, ok := patient.MakeSynthetic(c.Born, len(h.cases)%100, true); ok && h.r.IntN(2) == 0 {
		o.Person.Ident, o.Person.IdentKind = n, "fnr"
	}
	if h.take(k, o) {
		h.cases = append(h.cases, k)
	}
}

// take gives an order, and holds the desk to its word: taken is one more entry, refused is none, and the same key again is the same answer.
func (h *hospital) take(k *kase, o desk.Order) bool {
	h.Helper()
	before := k.seq
	out, err := h.desk.Take(h.ctx, o)
	var refusal *referral.Refusal
	var known ledger.ErrPersonKnown
	switch {
	case errors.As(err, &refusal):
		h.refused++
		if len(refusal.Objections.Norms()) == 0 {
			h.Errorf("%s/%d: %s was refused without a norm", k.tenant, k.id, o.Do.Verb())
		}
		if k.id != 0 {
			if recs, err := h.desk.Ledger.Records(h.ctx, k.tenant, k.id); err != nil || len(recs) != before {
				h.Errorf("%s/%d: %s was refused, and the log has %d entries, not %d: %v", k.tenant, k.id, o.Do.Verb(), len(recs), before, err)
			}
		}
		return false
	case errors.As(err, &known):
		return false // two nobodies were born with the same number
	case err != nil:
		h.Errorf("%s/%d: %s on %s: %v", k.tenant, k.id, o.Do.Verb(), o.At.On, err)
		return false
	}
	h.taken++
	if out.Seq != before+1 || out.Replayed {
		h.Errorf("%s/%d: %s became entry %d after %d", k.tenant, k.id, o.Do.Verb(), out.Seq, before)
	}
	k.id, k.seq, k.state = out.Referral, out.Seq, out.State
	if o.Key != "" && h.r.IntN(2) == 0 {
		h.replayed++
		again, err := h.desk.Take(h.ctx, o)
		if err != nil || !again.Replayed || again.Seq != out.Seq || again.Referral != out.Referral {
			h.Errorf("%s/%d: %s again under the same key gave entry %d of %d, replayed %v: %v", k.tenant, k.id, o.Do.Verb(), again.Seq, again.Referral, again.Replayed, err)
		}
	}
	return true
}

// act does something to a referral: what it waits for, or anything at all.
func (h *hospital) act(k *kase) {
	on := h.today()
	if h.r.IntN(12) == 0 {
		on = on.Add(-h.r.IntN(8))
	}
	if h.r.IntN(12) == 0 {
		h.correct(k)
		return
	}
	c := h.anything(k)
	if h.r.IntN(3) > 0 {
		c = h.due(k, c)
	}
	role := one(h.r, law.Specialist, law.Secretary, law.Booking, law.Patient, law.Role(""))
	if _, ok := c.(*referral.Assess); ok && h.r.IntN(6) > 0 {
		role = law.Specialist
	}
	h.take(k, h.order(k, on, role, c))
}

// due finds the command that meets the next duty; otherwise what was drawn stands.
func (h *hospital) due(k *kase, otherwise referral.Command) referral.Command {
	step, ok := law.NextStep(&k.state.Facts, h.today(), h.desk.Settings)
	if !ok {
		return otherwise
	}
	switch step.Duty {
	case law.DutyAssess:
		return h.assess(k)
	case law.DutyClassify:
		return &referral.Classify{Concerns: law.Mixed, IsCare: one(h.r, law.Yes, law.No), Reason: referral.Say("oppdiktet")}
	case law.DutyForward:
		return &referral.Forward{To: "FJO"}
	case law.DutyRequestInformation:
		return &referral.RequestInformation{From: "referrer"}
	case law.DutyInformPatient, law.DutyInformReferrer, law.DutyInformComplaint:
		return &referral.Inform{Patient: true, Referrer: h.r.IntN(4) > 0}
	case law.DutyGuideReferrer:
		return &referral.Inform{Feedback: referral.Say("oppdiktet")}
	case law.DutyBook, law.DutyStartCare:
		return &referral.Book{Start: day.Moment{Day: h.today().Add(1 + h.r.IntN(40)), Minute: 600}}
	case law.DutyRecordAttendance:
		return &referral.Start{What: one(h.r, law.Investigation, law.Treatment)}
	case law.DutyFindAlternative:
		return &referral.MakeOffer{At: h.provider(), Start: h.today().Add(h.r.IntN(20))}
	case law.DutyNotifyHelfo:
		return &referral.NotifyHelfo{ExpectedStart: h.today().Add(30)}
	case law.DutyPlanNext, law.DutyHandle:
		return &referral.Close{Reason: one(h.r, law.Completed, law.Handled)}
	case law.DutyHandleComplaint:
		return &referral.DecideComplaint{Outcome: one(h.r, "upheld", "sent_on")}
	case law.DutyAnswerPatient:
		return &referral.Reply{Text: referral.Say("oppdiktet")}
	case law.DutyContactKin:
		return &referral.ConsiderKin{Roles: []law.Kin{law.Child}, Handled: law.Yes}
	}
	return otherwise
}

func (h *hospital) assess(k *kase) *referral.Assess {
	c := &referral.Assess{Outcome: law.Granted, Benefit: law.Yes, ReasonableCost: law.Yes, Need: law.Yes, DeadlineWeeks: 1 + h.r.IntN(12), Reason: referral.Say("oppdiktet"), Clarified: one(h.r, law.Yes, law.No, law.Unanswered)}
	switch h.r.IntN(10) {
	case 0:
		c.Outcome, c.Benefit, c.DeadlineWeeks = law.NotGranted, law.No, 0
	case 1:
		c.DeadlineWeeks, c.Deadline = 0, h.somewhen(60)
	case 2:
		c.Basis = []string{one(h.r, "capacity", "age_alone", "function", "mood")}
	case 3:
		c.Benefit = law.No
	case 4:
		c.LatestSound = h.somewhen(90)
	}
	if of := h.desk.Guides.Conditions(k.state.Specialty); len(of) > 0 && h.r.IntN(2) == 0 {
		c.Condition = of[h.r.IntN(len(of))].ID
	}
	return c
}

// anything draws a command of any kind with arguments of any sense.
func (h *hospital) anything(k *kase) referral.Command {
	r := h.r
	text := referral.Say("oppdiktet")
	switch r.IntN(25) {
	case 0:
		return &referral.Forward{To: h.provider(), Specialty: h.specialty(), Reason: text}
	case 1:
		return &referral.RequestInformation{From: one(r, "referrer", "patient"), Text: text}
	case 2:
		return &referral.ReceiveInformation{From: "referrer", Text: text}
	case 3:
		return &referral.RefuseOutOfRegion{Reason: text}
	case 4:
		return &referral.Begin{}
	case 5:
		return h.assess(k)
	case 6:
		return &referral.Classify{Concerns: law.Concerns[r.IntN(len(law.Concerns))], IsCare: one(r, law.Yes, law.No, law.Unanswered), Reason: one(r, text, referral.Text{})}
	case 7:
		return &referral.Book{From: h.somewhen(50), To: h.somewhen(60), What: one(r, law.Contact(""), law.PreExamination, law.Treatment)}
	case 8:
		return &referral.Book{Start: day.Moment{Day: h.somewhen(80), Minute: int16(r.IntN(1440))}, At: one(r, "", "", h.provider()), Provisional: r.IntN(4) == 0}
	case 9:
		return &referral.Inform{Patient: r.IntN(2) == 0, Referrer: r.IntN(2) == 0, Letter: one(r, law.Letter(""), law.Letters[r.IntN(len(law.Letters))], law.Letter("postcard"))}
	case 10:
		return &referral.ChangeDeadline{Deadline: h.somewhen(60), Basis: []string{one(r, "degree", "capacity")}, Reason: text}
	case 11:
		return &referral.Worsen{NeededBy: h.somewhen(20)}
	case 12, 13:
		return &referral.Postpone{By: one(r, law.ByPatient, law.ByMedical, law.ByProvider, law.PostponedBy("weather")), To: h.somewhen(90), Code: one(r, 0, 0, 21, 22, 3, 1, 99), Reason: text}
	case 14:
		return &referral.MakeOffer{At: h.provider(), Start: h.somewhen(40)}
	case 15:
		return &referral.Accept{At: h.provider()}
	case 16:
		return &referral.Decline{At: h.provider(), WaitFor: one(r, "", "FJO")}
	case 17, 18:
		return &referral.Start{What: one(r, append(law.Contacts[:len(law.Contacts):len(law.Contacts)], "tea")...), Began: one(r, law.Yes, law.No, law.Unanswered)}
	case 19:
		return &referral.NotifyHelfo{ExpectedStart: h.somewhen(60), Channel: one(r, "", "portal", "other", "pigeon"), AgreedNot: r.IntN(4) == 0}
	case 20:
		switch r.IntN(3) {
		case 0:
			return &referral.HelfoReturned{Why: one(r, law.HelfoFoundNone, law.HelfoNoAnswer, "tired")}
		case 1:
			return &referral.TellHelfo{Start: h.somewhen(60)}
		}
		return &referral.HelfoPlaced{At: h.provider()}
	case 21:
		return &referral.Complain{About: one(r, "right", "deadline", "information", "coffee")}
	case 22:
		return &referral.DecideComplaint{Outcome: one(r, "upheld", "sent_on", "rejected", "lost")}
	case 23:
		return &referral.ConsiderKin{Roles: []law.Kin{one(r, append(law.Kins[:len(law.Kins):len(law.Kins)], "neighbour")...)}, Handled: one(r, law.Yes, law.Unanswered)}
	}
	return one[referral.Command](r, &referral.Close{Reason: one(r, law.Withdrawn, law.Died, law.Duplicate, law.Completed, law.Handled, law.OtherRegion, law.ReturnedDeficient, "3", "1", "boredom")},
		&referral.PathwayEvent{Pathway: "colorectal cancer", Event: one(r, "started", "ended", "forgotten")})
}

// correct takes an entry back, moves it to another day, or puts something else in its place.
func (h *hospital) correct(k *kase) {
	log, err := h.desk.Log(h.ctx, k.tenant, k.id)
	if err != nil {
		h.Errorf("%s/%d: %v", k.tenant, k.id, err)
		return
	}
	seq := 1 + h.r.IntN(len(log)+1) // now and then one that is not there
	c := &referral.Correct{Seq: seq, Reason: referral.Say("oppdiktet")}
	switch {
	case seq > len(log) || h.r.IntN(3) == 0:
		c.Strike = true
	default:
		c.With = log[seq-1].Event.Ask
		if _, ok := c.With.(*referral.Correct); ok {
			c.With, c.Strike = nil, true
			break
		}
		if a, ok := c.With.(*referral.Assess); ok && h.r.IntN(2) == 0 {
			with := *a
			with.DeadlineWeeks = 1 + h.r.IntN(12)
			with.Deadline = day.Day{}
			c.With = &with
		} else {
			c.On = log[seq-1].Event.On.Add(2 - h.r.IntN(8))
		}
	}
	if h.take(k, h.order(k, h.today(), law.Secretary, c)) {
		h.corrected++
	}
}

// evening remembers how some referrals stand, and asks again how others stood on an evening before.
func (h *hospital) evening(d day.Day) {
	for range min(len(h.cases), 6) {
		k := h.cases[h.r.IntN(len(h.cases))]
		k.then[d] = h.known(k, d)
	}
	if len(h.cases) == 0 {
		return
	}
	k := h.cases[h.r.IntN(len(h.cases))]
	for evening, was := range k.then {
		if is := h.known(k, evening); !bytes.Equal(is, was) {
			h.Errorf("%s/%d as known on %s has changed by %s:\n was %s\n is  %s", k.tenant, k.id, evening, d, was, is)
		}
	}
}

func (h *hospital) known(k *kase, evening day.Day) []byte {
	c, err := h.desk.Peek(h.ctx, k.tenant, k.id, desk.View{KnownOn: evening})
	if err != nil {
		h.Errorf("%s/%d as known on %s: %v", k.tenant, k.id, evening, err)
		return nil
	}
	b, err := json.Marshal(&c.State)
	if err != nil {
		h.Error(err)
	}
	return b
}

// revision checks everything the house promises.
func (h *hospital) revision(d day.Day) {
	v, err := h.desk.Verify(h.ctx, d, nil)
	if err != nil {
		h.Error(err)
		return
	}
	for _, p := range v.Problems {
		h.Errorf("%s: %s/%d #%d: %s", p.Kind, p.Tenant, p.Referral, p.Seq, p.What)
	}
	open, ended := 0, 0
	for _, k := range h.cases {
		for evening, was := range k.then {
			if is := h.known(k, evening); !bytes.Equal(is, was) {
				h.Errorf("%s/%d as known on %s has changed by %s", k.tenant, k.id, evening, d)
			}
		}
		row, ok, err := h.desk.Ledger.Row(h.ctx, k.tenant, k.id)
		if err != nil || !ok {
			h.Errorf("%s/%d has no row: %v", k.tenant, k.id, err)
			continue
		}
		var r referral.Referral
		if err := json.Unmarshal(row.State, &r); err != nil {
			h.Errorf("%s/%d: %v", k.tenant, k.id, err)
			continue
		}
		if c, err := h.desk.Peek(h.ctx, k.tenant, k.id, desk.View{}); err != nil { // the reasons stand in the log, not in the row
			h.Errorf("%s/%d: %v", k.tenant, k.id, err)
			continue
		} else {
			r = c.State
		}
		if row.Seq != k.seq || row.Patient != k.patient {
			h.Errorf("%s/%d: the row is of entry %d and patient %s, not of %d and %s", k.tenant, k.id, row.Seq, row.Patient, k.seq, k.patient)
		}
		if r.Open() {
			open++
		} else {
			ended++
		}
		if e, ok := r.Explain("deadline", d, h.desk.Settings); !r.StartBy.IsZero() && (!ok || len(e.Because) == 0 || len(e.Norms) == 0) {
			h.Errorf("%s/%d has the deadline %s and no reason", k.tenant, k.id, r.StartBy)
		}
		if e, ok := r.Explain("assessment_due", d, h.desk.Settings); !r.AssessBy.IsZero() && (!ok || len(e.Because) == 0) {
			h.Errorf("%s/%d has the assessment limit %s and no reason", k.tenant, k.id, r.AssessBy)
		}
	}
	if v.Referrals != len(h.cases) || v.Open != open || v.Referrals != open+ended {
		h.Errorf("on %s %d were received, the ledger holds %d; %d are open (the ledger says %d) and %d ended", d, len(h.cases), v.Referrals, open, v.Open, ended)
	}
}
