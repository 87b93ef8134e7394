package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rettid/day"
	"rettid/entry"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
)

// A MatterOrder is a command of the exception scheme at the desk: on which matter, by whom, when it happened, and under which key it may be asked again.
type MatterOrder struct {
	Tenant string // the trust's, or exception.National
	Matter int64  // 0 opens a new one
	Key    string // idempotency key; empty: made anew, and a retry is a new command
	At     exception.At
	Do     exception.Command
	Known  time.Time      // when it is recorded; zero: now
	Seen   int            // the last entry the one who asks has seen; ErrMoved when there are later ones. 0: it is decided on whatever has happened
	Person *ledger.Person // of an application: identity, kept outside the log

	Notes    []ledger.Note
	Outgoing []ledger.Message
}

// A MatterOutcome is what an order led to.
type MatterOutcome struct {
	Matter   int64
	Seq      int
	Event    *exception.Event
	State    exception.Matter
	Warned   law.Objections
	Replayed bool // the key had been used: nothing new was written
}

// TakeMatter carries out an order of the exception scheme, with the guarantees of Take. A [*exception.Refusal] is the trade saying no: nothing is written but the refusal itself.
func (d *Desk) TakeMatter(ctx context.Context, o MatterOrder) (MatterOutcome, error) {
	if o.Key == "" {
		o.Key = rand.Text()
	}
	if o.Known.IsZero() {
		o.Known = d.Now()
	}
	for i := 0; ; i++ {
		out, err := d.takeMatter(ctx, o)
		if errors.Is(err, ledger.ErrConflict) && i < tries {
			continue
		}
		var refusal *exception.Refusal
		if errors.As(err, &refusal) {
			if logged := d.refused(ctx, o.Tenant, o.Matter, o.Do, o.At, o.Known, refusal); logged != nil {
				return MatterOutcome{}, logged
			}
		}
		return out, err
	}
}

func (d *Desk) takeMatter(ctx context.Context, o MatterOrder) (MatterOutcome, error) {
	if done, used, err := d.Ledger.Done(ctx, o.Tenant, o.Key); err != nil {
		return MatterOutcome{}, err
	} else if used {
		return d.replayedMatter(ctx, o, done)
	}
	log, err := d.MatterLog(ctx, o.Tenant, o.Matter)
	switch {
	case err != nil:
		return MatterOutcome{}, err
	case o.Matter != 0 && len(log) == 0:
		return MatterOutcome{}, ErrMissing
	case o.Seen != 0 && len(log) > 0 && log[len(log)-1].Seq != o.Seen:
		return MatterOutcome{}, ErrMoved
	}
	w, out, err := d.prepareMatter(ctx, o, log)
	if err != nil {
		return MatterOutcome{}, err
	}
	res, err := d.Ledger.Append(ctx, w)
	if err != nil {
		return MatterOutcome{}, err
	}
	if res.Replayed {
		return d.replayedMatter(ctx, o, res)
	}
	out.Matter, out.Seq = res.Referral, res.Seq
	for _, t := range exception.Texts(o.Do) {
		t.Words = "" // they are in their notes
	}
	return out, nil
}

func (d *Desk) replayedMatter(ctx context.Context, o MatterOrder, res ledger.Result) (MatterOutcome, error) {
	log, err := d.MatterLog(ctx, o.Tenant, res.Referral)
	if err != nil {
		return MatterOutcome{}, err
	}
	out := MatterOutcome{Matter: res.Referral, Seq: res.Seq, State: exception.Fold(log), Replayed: true}
	for _, e := range log {
		if e.Seq == res.Seq {
			out.Event, out.Warned = e.Event, e.Event.Warned
		}
	}
	return out, nil
}

// prepareMatter decides an order on a log and makes what is to be appended.
func (d *Desk) prepareMatter(ctx context.Context, o MatterOrder, log []exception.Entry) (ledger.Write, MatterOutcome, error) {
	var last day.Day
	if len(log) > 0 {
		last = log[len(log)-1].Known
	}
	known, err := recordedOn(o.Known, o.At.On, last)
	if err != nil {
		return ledger.Write{}, MatterOutcome{}, err
	}
	if o.At.Role == "" {
		o.At.Role = usualInMatter(o.Do)
	}
	given, err := d.lookUpMatter(ctx, o, log)
	if err != nil {
		return ledger.Write{}, MatterOutcome{}, err
	}
	event, err := exception.Decide(log, o.Do, o.At, given, d.Law(known))
	if err != nil {
		return ledger.Write{}, MatterOutcome{}, err
	}
	notes := setAside(o.Key, exception.Texts(o.Do))
	seq := len(log) + 1
	state := exception.Fold(append(log[:len(log):len(log)], exception.Entry{Seq: seq, Known: known, Event: event}))
	body, err := event.MarshalJSON()
	if err != nil {
		return ledger.Write{}, MatterOutcome{}, fmt.Errorf("write event %s: %w", event.Kind(), err)
	}
	row, err := MatterRow(&state, d.Law(known))
	if err != nil {
		return ledger.Write{}, MatterOutcome{}, err
	}
	out := o.Outgoing
	if _, copies := o.Do.(*exception.SendCopy); copies {
		// At random, so that the key can be deleted: one made from the order's could be made again from the log.
		body, err := json.Marshal(exception.CopyOf(&state, rand.Text()))
		if err != nil {
			return ledger.Write{}, MatterOutcome{}, err
		}
		out = append(out[:len(out):len(out)], ledger.Message{Kind: CopyMessage, To: law.ToRegion, Body: body})
	}
	if c, ok := o.Do.(*exception.LetterNotDelivered); ok {
		out = append(out[:len(out):len(out)], sendMatterOn(c, event, log)...)
	}
	w := ledger.Write{Tenant: o.Tenant, Referral: o.Matter, Expect: seq - 1, Key: o.Key, Matter: &row, Duties: MatterDutyRows(&state, d.Law(known)), Notes: append(notes, o.Notes...), Outgoing: out, Person: o.Person,
		Records: []ledger.Record{recordOf(event.Kind(), event.At(), o.Known, known, body)}}
	return w, MatterOutcome{Matter: o.Matter, Seq: seq, Event: event, State: state, Warned: event.Warned}, nil
}

// usualInMatter is the role that normally does a thing, when nobody is named.
func usualInMatter(c exception.Command) law.Role {
	switch c.(type) {
	case *exception.Apply, *exception.Complete, *exception.Consent, *exception.Start, *exception.Evaluate, *exception.PlanEvaluation:
		return law.Specialist
	case *exception.Endorse:
		return law.Management
	case *exception.DecideException, *exception.Forward, *exception.GiveReasons, *exception.DecideComplaint:
		return law.HFDirector
	case *exception.Complain:
		return law.Patient
	case *exception.Inform, *exception.SendCopy, *exception.Request:
		return law.Secretary
	case *exception.GiveOpinion, *exception.PanelSays, *exception.AnswerHearing:
		return law.UserRep
	case *exception.OpenDoor, *exception.ApproveMinutes, *exception.ReviewGroup:
		return law.RHFDirector
	}
	return law.Secretariat
}

// lookUpMatter finds what the world knows that a command needs: the method's state, the region of residence, the meeting, like cases, the counts of a review.
func (d *Desk) lookUpMatter(ctx context.Context, o MatterOrder, log []exception.Entry) (exception.Given, error) {
	var g exception.Given
	on, do := o.At.On, o.Do
	before := log
	if c, ok := do.(*exception.Correct); ok {
		if c.With == nil {
			return g, nil
		}
		do = c.With
		for i := range log {
			if log[i].Seq == c.Seq {
				before, on = log[:i], log[i].Event.On
			}
		}
		if !c.On.IsZero() {
			on = c.On
		}
	}
	var err error
	switch c := do.(type) {
	case *exception.Apply:
		g.Region, _ = d.Org.RegionOf(c.Municipality, on)
		g.Home = d.homeOf(c.Municipality, on)
		g.Method, err = d.methodOn(ctx, o.Tenant, c.Method, on)
	case *exception.Request:
		g.Region, _ = d.Org.RegionOf(c.Municipality, on)
		g.Home = d.homeOf(c.Municipality, on)
	case *exception.Propose:
		g.Method, err = d.methodOn(ctx, o.Tenant, c.Method, on)
	case *exception.DecideException:
		state := exception.Fold(before)
		if c.Meeting != 0 {
			if g.Meeting, err = d.groupMeeting(ctx, o.Tenant, c.Meeting, o.Matter, on); err != nil {
				return g, err
			}
		}
		switch {
		case state.Kind == law.SingleException:
			g.Unlike, err = d.unlike(ctx, o, &state, c)
		case state.Kind == law.GroupException && c.Outcome.Granted():
			g.Valid, err = d.validOthers(ctx, o.Tenant, o.Matter, &state)
		}
	case *exception.ReviewGroup:
		if c.Result == "extend" {
			state := exception.Fold(before)
			g.Valid, err = d.validOthers(ctx, o.Tenant, o.Matter, &state)
		}
	case *exception.ReviewPractice:
		g.Counts, err = d.practice(ctx, o.Tenant, c.From, c.To, on, c.Axes())
	}
	return g, err
}

// homeOf is what the tables say of where somebody lives; nil when they do not know it.
func (d *Desk) homeOf(area string, on day.Day) *exception.Home {
	h, ok := d.Org.HomeOf(area, on)
	if !ok {
		return nil
	}
	return &exception.Home{Catchment: h.Catchment, CatchmentYear: h.CatchmentYear, Centrality: h.Centrality, CentralityYear: h.CentralityYear, Education: h.Education, EducationYear: h.EducationYear}
}

// shared are the tenants in which what is common is looked for: the asker's own, and the national one.
func shared(tenant string) []string {
	if tenant == exception.National {
		return []string{tenant}
	}
	return []string{tenant, exception.National}
}

// MethodOn tells what the register says of a method on a day; nil when it is not there.
func (d *Desk) MethodOn(ctx context.Context, tenant, id string, on day.Day) (*law.MethodOn, error) {
	return d.methodOn(ctx, tenant, id, on)
}

func (d *Desk) methodOn(ctx context.Context, tenant, id string, on day.Day) (*law.MethodOn, error) {
	if id == "" {
		return nil, nil
	}
	rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: shared(tenant), Process: exception.Process, Kinds: []string{string(law.MethodMatter)}, Name: id, Limit: 1})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	log, err := d.MatterLog(ctx, rows[0].Tenant, rows[0].Matter)
	if err != nil {
		return nil, err
	}
	m := exception.Fold(log)
	if m.Entry == nil {
		return nil, nil
	}
	out := m.Entry.At(on)
	return &out, nil
}

// groupMeeting is a meeting as it stood at the end of a day, for one case; nil when there is none of that number.
func (d *Desk) groupMeeting(ctx context.Context, tenant string, id, matter int64, on day.Day) (*law.GroupMeeting, error) {
	for _, t := range shared(tenant) {
		log, err := d.MatterLog(ctx, t, id)
		if err != nil {
			return nil, err
		}
		if len(log) == 0 {
			continue
		}
		m := exception.FoldAsOf(log, on)
		if m.Meeting == nil {
			continue
		}
		return m.GroupMeeting(id, matter), nil
	}
	return nil, nil
}

// unlike finds decided like cases with another answer, in every trust: as «trust/number», without anything of the patient.
func (d *Desk) unlike(ctx context.Context, o MatterOrder, state *exception.Matter, c *exception.DecideException) ([]string, error) {
	met := exception.Met(c.Criteria)
	if state.Method == "" || state.Form.Indication == "" || len(met) == 0 || !(c.Outcome.Granted() || c.Outcome.Refused()) {
		return nil, nil
	}
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil || len(tenants) == 0 {
		return nil, err
	}
	rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: tenants, Process: exception.Process, Kinds: []string{string(law.SingleException)}, Method: state.Method, Decided: true, DecidedTo: o.At.On, Sort: "-decided", Limit: 500})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range rows {
		if r.Tenant == o.Tenant && r.Matter == o.Matter {
			continue
		}
		m, err := stateOf(r)
		if err != nil {
			return nil, err
		}
		if exception.Like(&m, state.Method, state.Form.Indication, met) && m.Outcome.Granted() != c.Outcome.Granted() {
			out = append(out, fmt.Sprintf("%s/%d", r.Tenant, r.Matter))
		}
	}
	slices.Sort(out)
	return out, nil
}

// MatterState reads the folded state of a row: without its findings, which stand in the log.
func MatterState(r ledger.Matter) (exception.Matter, error) { return stateOf(r) }

func stateOf(r ledger.Matter) (exception.Matter, error) {
	var m exception.Matter
	if err := json.Unmarshal(r.State, &m); err != nil {
		return m, fmt.Errorf("matter %d: %w", r.Matter, err)
	}
	return m, nil
}

// practice counts the applications of a period as they stood at the end of a day: in the asker's own tenant, nationally in all.
func (d *Desk) practice(ctx context.Context, tenant string, from, to, on day.Day, axes []string) (map[string]map[string]exception.Row, error) {
	all, err := d.Applications(ctx, tenant, from, to, on)
	if err != nil {
		return nil, err
	}
	states := make([]*exception.Matter, len(all))
	for i := range all {
		states[i] = all[i].State
	}
	return exception.CountPractice(states, from, to, axes), nil
}

// Applications gives the applications for single patients received in a period, as they stood at the end of a day; nationally of every tenant. Zero on: as they stand now.
func (d *Desk) Applications(ctx context.Context, tenant string, from, to, on day.Day) ([]exception.Numbered, error) {
	return d.numbered(ctx, tenant, ledger.MatterQuery{Kinds: []string{string(law.SingleException)}, ReceivedFrom: from, ReceivedTo: to}, on)
}

// GroupCases gives the group cases decided in a period, for the report on users' part (exception.ReportParticipation).
func (d *Desk) GroupCases(ctx context.Context, tenant string, from, to day.Day) ([]exception.Numbered, error) {
	return d.numbered(ctx, tenant, ledger.MatterQuery{Kinds: []string{string(law.GroupException)}, DecidedFrom: from, DecidedTo: to}, day.Day{})
}

func (d *Desk) numbered(ctx context.Context, tenant string, q ledger.MatterQuery, on day.Day) ([]exception.Numbered, error) {
	q.Tenants, q.Process, q.Limit = []string{tenant}, exception.Process, 1<<20
	if tenant == exception.National {
		all, err := d.Ledger.Tenants(ctx)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 {
			q.Tenants = all
		}
	}
	rows, _, err := d.Ledger.Matters(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []exception.Numbered
	for _, r := range rows {
		var m exception.Matter
		if on.IsZero() {
			m, err = stateOf(r)
		} else {
			var log []exception.Entry
			log, err = d.MatterLog(ctx, r.Tenant, r.Matter)
			m = exception.FoldAsOf(log, on)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, exception.Numbered{Tenant: r.Tenant, ID: r.Matter, State: &m})
	}
	return out, nil
}

// Load names what is out of the ordinary in the numbers of a year so far, in the whole country (X-1105): nothing is refused for it.
func (d *Desk) Load(ctx context.Context, year int) ([]law.Reason, error) {
	all, err := d.numbered(ctx, exception.National, ledger.MatterQuery{Kinds: []string{string(law.SingleException), string(law.GroupException)}, ReceivedFrom: day.On(year, 1, 1), ReceivedTo: day.On(year, 12, 31)}, day.Day{})
	if err != nil {
		return nil, err
	}
	states := make([]*exception.Matter, len(all))
	for i := range all {
		states[i] = all[i].State
	}
	return exception.LoadIn(states, year), nil
}

// ReviewDue tells by which day practice is to be reviewed next, nationally or in one trust, and why (U4-6).
func (d *Desk) ReviewDue(ctx context.Context, tenant string) (law.Finding[day.Day], error) {
	var last, first day.Day
	reviews, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{tenant}, Process: exception.Process, Kinds: []string{string(law.ReviewMatter)}, Sort: "-decided", Limit: 1})
	if err != nil {
		return law.Finding[day.Day]{}, err
	}
	if len(reviews) > 0 {
		last = reviews[0].Decided
	}
	q := ledger.MatterQuery{Tenants: []string{tenant}, Process: exception.Process, Kinds: []string{string(law.SingleException)}, Sort: "received", Limit: 1}
	if tenant == exception.National {
		if all, err := d.Ledger.Tenants(ctx); err != nil {
			return law.Finding[day.Day]{}, err
		} else if len(all) > 0 {
			q.Tenants = all
		}
	}
	apps, _, err := d.Ledger.Matters(ctx, q)
	if err != nil {
		return law.Finding[day.Day]{}, err
	}
	if len(apps) > 0 {
		first = apps[0].Received
	}
	return law.ReviewDue(last, first, d.Law(d.Today())), nil
}

// GroupPrompt tells whether so many applications for one method and indication came in twelve months, in any trust, that a group exception is to be considered.
func (d *Desk) GroupPrompt(ctx context.Context, method, indication string, on day.Day) (law.Finding[bool], error) {
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil || len(tenants) == 0 {
		return law.Finding[bool]{}, err
	}
	rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: tenants, Process: exception.Process, Kinds: []string{string(law.SingleException)}, Method: method, Diagnosis: exception.Indication3(indication),
		ReceivedFrom: on.AddMonths(-12), ReceivedTo: on, Limit: 1 << 20})
	if err != nil {
		return law.Finding[bool]{}, err
	}
	var days []day.Day
	for _, r := range rows {
		if r.Route != string(law.RouteContinuation) {
			days = append(days, r.Received)
		}
	}
	return law.GroupPrompt(days, on, d.Law(on)), nil
}

// A Precedent is a decided application as others may read it: no patient, no place of living, no free text but the short reason written for this.
type Precedent struct {
	exception.Copy
	Reference string // «trust/number», for those who may open it
	Summary   exception.Text
	Basis     []string
	Departs   exception.Text
	Unlike    []string
	Alike     int // decided applications of the same method and diagnosis, of every trust, this among them
}

// A PrecedentQuery asks for decided applications of every trust. Empty fields do not narrow it; Words are codes and ids: a method, an indication, a ground, a criterion.
type PrecedentQuery struct {
	Method, Indication, Outcome, Route string
	Words                              []string
	Limit, Offset                      int
}

// Precedents finds decided applications, the latest first, and how many there are in all.
func (d *Desk) Precedents(ctx context.Context, q PrecedentQuery) ([]Precedent, int, error) {
	tenants, err := d.Ledger.Tenants(ctx)
	if err != nil || len(tenants) == 0 {
		return nil, 0, err
	}
	for i, w := range q.Words {
		q.Words[i] = strings.ToLower(w)
	}
	rows, total, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: tenants, Process: exception.Process, Kinds: []string{string(law.SingleException)}, Method: q.Method, Diagnosis: exception.Indication3(q.Indication), Outcome: q.Outcome,
		Route: q.Route, Words: q.Words, Decided: true, Sort: "-decided", Limit: q.Limit, Offset: q.Offset})
	if err != nil {
		return nil, 0, err
	}
	var alike map[[2]string]int
	if len(rows) > 0 {
		if alike, err = d.Ledger.CountDecided(ctx, tenants, exception.Process, string(law.SingleException)); err != nil {
			return nil, 0, err
		}
	}
	out := make([]Precedent, 0, len(rows))
	for _, r := range rows {
		m, err := stateOf(r)
		if err != nil {
			return nil, 0, err
		}
		p := Precedent{Copy: exception.CopyOf(&m, ""), Reference: fmt.Sprintf("%s/%d", r.Tenant, r.Matter), Summary: m.Decision.Summary, Basis: m.Decision.Basis, Departs: m.Decision.Departs, Unlike: m.Decision.Unlike, Alike: alike[[2]string{r.Method, r.Diagnosis}]}
		p.Region, p.AgeBand, p.Sex, p.Interpreter = "", "", "", "" // what must not be weighed is not shown to one who decides
		out = append(out, p)
	}
	return out, total, nil
}

// MatterLog loads a matter's log; empty when there is no such matter.
func (d *Desk) MatterLog(ctx context.Context, tenant string, id int64) ([]exception.Entry, error) {
	if id == 0 {
		return nil, nil
	}
	recs, err := d.Ledger.Records(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	if len(recs) > 0 && recs[0].Process() != exception.Process {
		return nil, nil // a referral's number
	}
	return MatterEntries(recs)
}

// MatterEntries reads the events of a matter's records.
func MatterEntries(recs []ledger.Record) ([]exception.Entry, error) {
	return entriesOf[exception.Entry]("matter", recs, func(r ledger.Record, e *exception.Event) exception.Entry {
		return exception.Entry{Seq: r.Seq, Known: r.Known, Event: e}
	})
}

// MatterCase is one matter with its log, as a view asks.
type MatterCase struct {
	Tenant  string
	ID      int64
	Log     []exception.Entry
	Records []ledger.Record
	State   exception.Matter
	Person  ledger.Person // of an application
}

// OpenMatter shows a matter to somebody: where it is about a patient the look is written down with its purpose before anything is shown.
func (d *Desk) OpenMatter(ctx context.Context, tenant string, id int64, v View, who ledger.Access) (MatterCase, error) {
	c, err := d.PeekMatter(ctx, tenant, id, v)
	if err != nil || c.State.Patient == "" {
		return c, err
	}
	who.Tenant, who.Referral, who.Patient = tenant, id, c.State.Patient
	if who.At == 0 {
		who.At = d.Now().UTC().UnixMicro()
	}
	if err := d.Ledger.Saw(ctx, who); err != nil {
		return MatterCase{}, err
	}
	return c, nil
}

// PeekMatter loads a matter without a person looking at it: for the program's own work.
func (d *Desk) PeekMatter(ctx context.Context, tenant string, id int64, v View) (MatterCase, error) {
	recs, err := d.Ledger.Records(ctx, tenant, id)
	if err != nil {
		return MatterCase{}, err
	}
	if len(recs) == 0 || recs[0].Process() != exception.Process {
		return MatterCase{}, ErrMissing
	}
	log, err := MatterEntries(recs)
	if err != nil {
		return MatterCase{}, err
	}
	if log = entry.KnownBy(log, v.KnownOn); len(log) == 0 {
		return MatterCase{}, ErrMissing
	}
	c := MatterCase{Tenant: tenant, ID: id, Log: log, Records: recs[:len(log)], State: exception.FoldAsOf(log, v.AsOf)}
	if c.State.Patient != "" {
		c.Person, _, err = d.Ledger.Person(ctx, tenant, c.State.Patient)
	}
	return c, err
}

// MattersOf gives the matters that a referral led to, in its own tenant: the link of the other way stands in each (exception.Matter.Referral).
func (d *Desk) MattersOf(ctx context.Context, tenant string, referral int64) ([]ledger.Matter, error) {
	rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{tenant}, Process: exception.Process, Referral: referral, Limit: 100})
	return rows, err
}

// MatterRow makes the current row of a state.
func MatterRow(m *exception.Matter, s *law.Settings) (ledger.Matter, error) {
	slim := *m
	slim.Found = exception.Found{} // the findings stand in the log; a row is what lists read
	state, err := json.Marshal(&slim)
	if err != nil {
		return ledger.Matter{}, fmt.Errorf("write the state: %w", err)
	}
	f := &m.ExceptionFacts
	row := ledger.Matter{Seq: m.Seq, Process: exception.Process, Kind: string(f.Kind), Name: m.Name, Status: string(f.Status), Outcome: string(f.Outcome), Route: string(f.Route), Method: m.Method,
		Diagnosis: exception.Indication3(m.Form.Indication), Place: f.Holder, Region: m.Region, Patient: m.Patient, Referral: m.Referral, Meeting: m.MeetingID, Received: f.ReceivedOn, Decided: f.DecidedOn, Open: !f.Ended(s),
		Flags: join(m.Flags(s)), Words: m.Words(), State: state}
	for _, du := range law.ExceptionDuties(f, s) {
		at := du.Due
		if at.IsZero() || du.Opens.After(at) {
			at = du.Opens
		}
		if row.NextName == "" || row.NextDue.IsZero() && !at.IsZero() || !at.IsZero() && at.Before(row.NextDue) {
			row.NextName, row.NextDue, row.NextRole = string(du.Name), at, string(du.Role)
		}
	}
	return row, nil
}

// MatterDutyRows makes the duty rows of a state.
func MatterDutyRows(m *exception.Matter, s *law.Settings) []ledger.Duty {
	var out []ledger.Duty
	for _, du := range law.ExceptionDuties(&m.ExceptionFacts, s) {
		out = append(out, ledger.Duty{Name: string(du.Name), Opens: du.Opens, Due: du.Due, Role: string(du.Role), Place: du.At})
	}
	return out
}

// verifyMatters re-reads the exception scheme's matters of a tenant: each row and duty is what the log gives, each finding what the rules say, and each open matter has an owner.
func (d *Desk) verifyMatters(ctx context.Context, v *Verification, tenant string) error {
	rows := make(map[int64]ledger.Matter)
	if err := d.Ledger.EachMatterRow(ctx, tenant, exception.Process, func(r ledger.Matter) error { rows[r.Matter] = r; return nil }); err != nil {
		return err
	}
	owed := make(map[int64][]ledger.Duty)
	if err := d.Ledger.EachMatterDuty(ctx, tenant, func(id int64, du ledger.Duty) error { owed[id] = append(owed[id], du); return nil }); err != nil {
		return err
	}
	err := d.Ledger.EachMatter(ctx, tenant, exception.Process, func(id int64, recs []ledger.Record) error {
		v.Matters++
		problem := func(kind string, seq int, format string, args ...any) {
			v.add(Problem{Kind: kind, Tenant: tenant, Referral: id, Seq: seq, What: fmt.Sprintf(format, args...)})
		}
		log, err := MatterEntries(recs)
		if err != nil {
			problem("unreadable", 0, "%v", err)
			return nil
		}
		differences, state, err := exception.RecheckUnder(log, d.Law)
		if err != nil {
			problem("unreadable", 0, "%v", err)
			return nil
		}
		for _, x := range differences {
			problem("finding", x.Seq, "%s, %s: stored %s, today's rules %s", x.Verb, x.What, x.Then, x.Today)
		}
		under := d.Law(recs[len(recs)-1].Known)
		want, err := MatterRow(&state, under)
		if err != nil {
			problem("unreadable", 0, "%v", err)
			return nil
		}
		want.Tenant, want.Matter = tenant, id
		stored, ok := rows[id]
		delete(rows, id)
		switch {
		case !ok:
			problem("row", 0, "there is a log and no current row")
		case !sameMatter(want, stored):
			problem("row", 0, "the current row is not what the log folds to")
		}
		owes := owed[id]
		wantDuties := MatterDutyRows(&state, under)
		if !sameDuties(wantDuties, owes) {
			problem("duty", 0, "the stored duties are not what the state gives: %d stored, %d found", len(owes), len(wantDuties))
		}
		if (state.Kind == law.SingleException || state.Kind == law.GroupException) && state.Status == law.ExceptionReceived && !slices.ContainsFunc(wantDuties, func(du ledger.Duty) bool { return du.Role != "" }) {
			problem("next_step", 0, "the matter is open and has no owner or no next step")
		}
		return nil
	})
	for id := range rows {
		v.add(Problem{Kind: "row", Tenant: tenant, Referral: id, What: "there is a current row and no log"})
	}
	return err
}

func sameMatter(a, b ledger.Matter) bool {
	var x, y any
	if json.Unmarshal(a.State, &x) != nil || json.Unmarshal(b.State, &y) != nil {
		return false
	}
	xa, _ := json.Marshal(x)
	ya, _ := json.Marshal(y)
	a.State, b.State = nil, nil
	return string(xa) == string(ya) && fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b)
}

// Methods gives the register of methods, by id.
func (d *Desk) Methods(ctx context.Context) ([]exception.Numbered, error) {
	rows, _, err := d.Ledger.Matters(ctx, ledger.MatterQuery{Tenants: []string{exception.National}, Process: exception.Process, Kinds: []string{string(law.MethodMatter)}, Sort: "method", Limit: 1 << 20})
	if err != nil {
		return nil, err
	}
	out := make([]exception.Numbered, len(rows))
	for i, r := range rows {
		m, err := stateOf(r)
		if err != nil {
			return nil, err
		}
		out[i] = exception.Numbered{Tenant: r.Tenant, ID: r.Matter, State: &m}
	}
	return out, nil
}

// TryMatter decides an order without writing anything: what it would be refused or warned of.
func (d *Desk) TryMatter(ctx context.Context, o MatterOrder) (*exception.Event, error) {
	log, err := d.MatterLog(ctx, o.Tenant, o.Matter)
	if err != nil {
		return nil, err
	}
	if o.Matter != 0 && len(log) == 0 {
		return nil, ErrMissing
	}
	if o.At.Role == "" {
		o.At.Role = usualInMatter(o.Do)
	}
	given, err := d.lookUpMatter(ctx, o, log)
	if err != nil {
		return nil, err
	}
	return exception.Decide(log, o.Do, o.At, given, d.Settings)
}
