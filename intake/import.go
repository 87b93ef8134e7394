package intake

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"rettid/desk"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
	"rettid/referral"
	"rettid/words"
)

// An Import takes items over into a ledger. Its fields are set before the first file; it serves one goroutine.
type Import struct {
	Desk   *desk.Desk
	Policy patient.Policy
	Source string // the name of the system the items come from; "": import: and the provider
	Actor  string // who is on record as having done it
	DryRun bool   // decide, and write nothing at all
	Strict bool   // stop at the first item that is not taken

	// Rejected and Noted, when not nil, hear of every item rejected or remarked on, in the order of the file but for what the database answers.
	Rejected func(it Item, r Remark) error
	Noted    func(r Remark)
	Took     func() // hears of every item dealt with

	Counts Counts

	file   string
	batch  []pending
	people map[string]ledger.Person // of the batch: new persons, by tenant, kind and number
	links  map[string]string        // of the batch: content, by tenant, source and id
	refuse []ledger.Refusal
}

// Counts is what became of the items.
type Counts struct {
	Received     int `json:"received"`
	AlreadyKnown int `json:"already_known"`
	Rejected     int `json:"rejected"`
}

// Done is how many items were dealt with.
func (c Counts) Done() int { return c.Received + c.AlreadyKnown + c.Rejected }

// ErrStopped tells that an import ended before its file did, because of the context or of Strict. What it had begun it finished.
var ErrStopped = errors.New("the import was stopped")

// BadFile is an error in the file itself, after which no more of it is read. Any other error of [Import.Run] is a fault of the database.
type BadFile struct{ error }

func (b BadFile) Unwrap() error { return b.error }

// batchSize is how many items share a transaction. Each of them stands or falls alone.
const batchSize = 256

// A pending item is decided and not yet appended.
type pending struct {
	item  Item
	write ledger.Write
	notes []Problem
}

// Run takes over the items of one file. When it ends, for whatever reason, every item counted is whole in the ledger. The error is ErrStopped, what the file
// lacks, or a fault of the database, after which the same file can be taken again.
func (m *Import) Run(ctx context.Context, file string, r Reader) error {
	m.file = file
	m.reset()
	err := m.read(ctx, r)
	// What is decided is written even when the work is stopped: an item is whole or not there.
	if flushed := m.flush(context.WithoutCancel(ctx)); flushed != nil && (err == nil || errors.Is(err, ErrStopped)) {
		err = flushed
	}
	return err
}

func (m *Import) reset() {
	m.batch, m.refuse = m.batch[:0], m.refuse[:0]
	m.people, m.links = make(map[string]ledger.Person), make(map[string]string)
}

func (m *Import) read(ctx context.Context, r Reader) error {
	for {
		if ctx.Err() != nil {
			return ErrStopped
		}
		it, err := r.Next()
		var bad *Problem
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
		case err != nil:
			return BadFile{err}
		default:
			if bad, err = m.take(context.WithoutCancel(ctx), it); err != nil {
				return err
			}
		}
		if bad != nil {
			if err := m.reject(it, *bad); err != nil {
				return err
			}
			if m.Strict {
				return ErrStopped
			}
		}
		if len(m.batch) >= batchSize {
			if err := m.flush(context.WithoutCancel(ctx)); err != nil {
				return err
			}
		}
	}
}

func (m *Import) took() {
	if m.Took != nil {
		m.Took()
	}
}

func (m *Import) reject(it Item, p Problem) error {
	m.Counts.Rejected++
	m.took()
	if p.Field != "" {
		p.Field = it.field(p.Field)
	}
	if m.Rejected == nil {
		return nil
	}
	return m.Rejected(it, Remark{File: m.file, Line: it.Line, Problem: p})
}

func (m *Import) note(it *Item, p Problem) {
	if p.Field != "" {
		p.Field = it.field(p.Field)
	}
	if m.Noted != nil {
		m.Noted(Remark{File: m.file, Line: it.Line, Problem: p})
	}
}

func (m *Import) known(it *Item) {
	m.Counts.AlreadyKnown++
	m.took()
}

// take decides one item and puts it in the batch. The problem is why it is rejected.
func (m *Import) take(ctx context.Context, it Item) (*Problem, error) {
	if bad := it.check(); bad != nil {
		return bad, nil
	}
	p, ok := m.Desk.Org.Provider(it.At)
	if !ok {
		return &Problem{Field: "at", Code: "unknown_provider", Norm: "R-1.36", Args: []any{short(it.At)}}, nil
	}
	source := m.Source
	if source == "" {
		source = "import:" + it.At
	}
	content := it.content()
	link := p.Trust + "\x1f" + source + "\x1f" + it.External
	if before, ok := m.links[link]; ok {
		if before != content {
			m.note(&it, Problem{Field: "external_id", Code: "changed"})
		}
		m.known(&it)
		return nil, nil
	}
	if known, err := m.before(ctx, p.Trust, source, content, &it); known || err != nil {
		return nil, err
	}

	person, id, err := m.person(ctx, p.Trust, &it)
	if err != nil {
		return nil, err
	}
	if id == "" {
		return &Problem{Field: "born", Code: "local_id_taken"}, nil
	}
	w, notes, bad, err := m.decide(ctx, &it, p.Trust, source, content, person, id)
	if bad != nil || err != nil {
		return bad, err
	}
	if person != nil {
		m.people[personKey(p.Trust, &it.Patient)] = *person
	}
	m.links[link] = content
	m.batch = append(m.batch, pending{it, w, notes})
	return nil, nil
}

// before tells whether an item was taken earlier, and says so when it tells something else now: what is on record is not changed by a file.
func (m *Import) before(ctx context.Context, tenant, source, content string, it *Item) (bool, error) {
	l := m.Desk.Ledger
	id, ok, err := l.Known(ctx, tenant, source, it.External)
	if err != nil || !ok {
		return false, err
	}
	_, same, err := l.Known(ctx, tenant, contentOf(source), it.External+" "+content)
	if err != nil {
		return false, err
	}
	if same {
		same, err = m.samePatient(ctx, tenant, id, it)
		if err != nil {
			return false, err
		}
	}
	if !same {
		m.note(it, Problem{Field: "external_id", Code: "changed"})
	}
	m.known(it)
	return true, nil
}

// samePatient tells whether the item is about the patient the referral is about, as far as can be seen: one erased since can't be told from another.
func (m *Import) samePatient(ctx context.Context, tenant string, id int64, it *Item) (bool, error) {
	row, ok, err := m.Desk.Ledger.Row(ctx, tenant, id)
	if err != nil || !ok {
		return true, err
	}
	known, ok, err := m.lookUp(ctx, tenant, &it.Patient)
	if err != nil {
		return false, err
	}
	if !ok {
		was, found, err := m.Desk.Ledger.Person(ctx, tenant, row.Patient)
		return err == nil && (!found || was.Erased != 0), err
	}
	return known.ID == row.Patient, nil
}

// contentOf is the source under which the digests of what a source told are kept.
func contentOf(source string) string { return source + "#content" }

func personKey(tenant string, p *Person) string {
	if p.Identity.Number != "" {
		return tenant + "\x1f" + string(p.Identity.Kind) + "\x1f" + p.Identity.Number
	}
	return tenant + "\x1flocal\x1f" + p.Local
}

func (m *Import) lookUp(ctx context.Context, tenant string, p *Person) (ledger.Person, bool, error) {
	if p.Identity.Number != "" {
		return m.Desk.Ledger.PersonByIdent(ctx, tenant, string(p.Identity.Kind), p.Identity.Number)
	}
	return m.Desk.Ledger.PersonByLocal(ctx, tenant, p.Local)
}

// person finds the patient, or makes a new one under a random id: no id of ours can be traced back to a number. The person is nil when the ledger has it
// and learns nothing new. An empty id: the local id belongs to somebody with another date of birth.
func (m *Import) person(ctx context.Context, tenant string, it *Item) (*ledger.Person, string, error) {
	p := &it.Patient
	// Another item of the batch may have made the person: both writes then bring it along, so that neither rests on the other.
	made, fresh := m.people[personKey(tenant, p)]
	known, ok, err := made, fresh, error(nil)
	if !fresh {
		if known, ok, err = m.lookUp(ctx, tenant, p); err != nil {
			return nil, "", err
		}
	}
	if ok {
		if p.Identity.Number == "" && !known.Born.IsZero() && !p.Born.IsZero() && known.Born != p.Born {
			return nil, "", nil
		}
		if !p.fill(&known) && !fresh {
			return nil, known.ID, nil
		}
		return &known, known.ID, nil
	}
	made = ledger.Person{Tenant: tenant, ID: "p" + strings.ToLower(rand.Text()[:16]), Ident: p.Identity.Number, IdentKind: string(p.Identity.Kind), LocalID: p.Local, Born: p.Born}
	p.fill(&made)
	return &made, made.ID, nil
}

// fill writes what the item knows of a person into what is not known; nothing known is changed. It tells whether it wrote anything.
func (p *Person) fill(to *ledger.Person) bool {
	filled := false
	set := func(at *string, v string) {
		if *at == "" && v != "" {
			*at, filled = v, true
		}
	}
	if to.Given == "" && to.Family == "" {
		set(&to.Given, p.Given)
		set(&to.Family, p.Family)
	}
	if p.Sex != "unknown" {
		set(&to.Sex, p.Sex)
	}
	set(&to.Municipality, p.Municipality)
	set(&to.Language, p.Language)
	set(&to.Phone, p.Phone)
	if to.Address == "" && to.Postcode == "" {
		set(&to.Address, p.Address)
		set(&to.Postcode, p.Postcode)
		set(&to.City, p.City)
	}
	return filled
}

// decide has the desk decide everything an item tells, step by step, as one write.
func (m *Import) decide(ctx context.Context, it *Item, tenant, source, content string, person *ledger.Person, id string) (ledger.Write, []Problem, *Problem, error) {
	key := sha256.Sum256([]byte("import\x1f" + source + "\x1f" + it.External))
	draft := m.Desk.Draft(tenant, "import:"+hex.EncodeToString(key[:16]))
	now := m.now()
	notes := it.Notes
	take := func(s step, order desk.Order) (*Problem, error) {
		order.At = referral.At{On: s.on, Minute: s.min, Actor: m.Actor, Place: it.At}
		order.Do, order.Known = s.do, now
		_, err := draft.Take(ctx, order)
		var refusal *referral.Refusal
		if errors.As(err, &refusal) {
			m.refuse = append(m.refuse, draft.Refusal(0, order, refusal))
			return &Problem{Field: blame(it, s, refusal), Refusal: refusal}, nil
		}
		return nil, err
	}
	reception := step{"received", it.Received.Day, 0, it.receive(id)}
	if it.Received.HasClock() {
		reception.min = it.Received.Minute
	}
	links := []ledger.Link{{Source: source, External: it.External}, {Source: contentOf(source), External: it.External + " " + content}}
	bad, err := take(reception, desk.Order{Person: person, Links: links})
	if bad != nil || err != nil {
		return ledger.Write{}, nil, bad, err
	}
	if it.Outcome == law.NotAssessed && draft.State.Right != law.NotAssessed {
		return ledger.Write{}, nil, &Problem{Field: "outcome", Code: "is_assessed", Norm: "G3.3.1-1"}, nil
	}
	if ours := draft.State.AssessBy; !it.AssessBy.IsZero() && it.AssessBy != ours {
		notes = append(notes, Problem{Field: "assess_by", Code: "limit_differs", Norm: "G4.1-1", Args: []any{it.AssessBy, ours}})
	}
	if it.FirstReceived.IsZero() && draft.State.Seniority.IsZero() {
		notes = append(notes, Problem{Field: "first_received", Code: "no_seniority", Norm: "R-1.37"})
	}
	for _, s := range it.steps(words.Say(words.NB, "import.taken_over", source)) {
		put, isPut := s.do.(*referral.Postpone)
		if b, ok := s.do.(*referral.Book); ok && !b.Start.HasClock() && draft.State.Appointment.From == b.Start.Day {
			continue // a postponement to that day has set it
		}
		bad, err := take(s, desk.Order{})
		if err != nil {
			return ledger.Write{}, nil, nil, err
		}
		if bad != nil && isPut && !put.NoDay {
			// The law asks for an offer inside the deadline on record before a patient's choice counts. The list tells of none: the postponement is kept without
			// what it would have excused.
			m.refuse = m.refuse[:len(m.refuse)-1]
			s.do = &referral.Postpone{By: put.By, Code: put.Code, NoDay: true}
			again, err := take(s, desk.Order{})
			if err != nil {
				return ledger.Write{}, nil, nil, err
			}
			if again == nil {
				notes = append(notes, Problem{Field: "postponements", Code: "no_offer", Norm: "G9.2-6", Args: []any{s.on}})
			}
			bad = again
		}
		if bad != nil {
			return ledger.Write{}, nil, bad, nil
		}
	}
	w, err := draft.Write()
	if err != nil {
		return ledger.Write{}, nil, nil, fmt.Errorf("line %d: %w", it.Line, err)
	}
	return w, notes, nil, nil
}

func (m *Import) now() time.Time { return m.Desk.Now() }

// flush appends the batch and writes the refusals down.
func (m *Import) flush(ctx context.Context) error {
	defer m.reset()
	if m.DryRun {
		for i := range m.batch {
			m.received(&m.batch[i])
		}
		return nil
	}
	for _, r := range m.refuse {
		if err := m.Desk.Ledger.Refused(ctx, r); err != nil {
			return err
		}
	}
	writes := make([]ledger.Write, len(m.batch))
	for i := range m.batch {
		writes[i] = m.batch[i].write
	}
	results, errs := m.Desk.Ledger.AppendAll(ctx, writes)
	for i := range m.batch {
		if err := m.appended(ctx, &m.batch[i], results[i], errs[i]); err != nil {
			return fmt.Errorf("%s:%d: %w", m.file, m.batch[i].item.Line, err)
		}
	}
	return nil
}

func (m *Import) received(p *pending) {
	m.Counts.Received++
	for _, n := range p.notes {
		m.note(&p.item, n)
	}
	m.took()
}

// appended deals with what the ledger answered to one write.
func (m *Import) appended(ctx context.Context, p *pending, res ledger.Result, err error) error {
	var linked ledger.ErrLinked
	var person ledger.ErrPersonKnown
	switch {
	case err == nil && !res.Replayed:
		m.received(p)
		return nil
	case err == nil, errors.As(err, &linked):
		m.known(&p.item) // somebody else took it meanwhile
		return nil
	case errors.As(err, &person):
		// The patient was registered by somebody else meanwhile: decide again for the one that is there.
		w := p.write
		provider, _ := m.Desk.Org.Provider(p.item.At)
		source := w.Links[0].Source
		w, notes, bad, err := m.decide(ctx, &p.item, provider.Trust, source, p.item.content(), nil, person.ID)
		switch {
		case err != nil:
			return err
		case bad != nil:
			return m.reject(p.item, *bad)
		}
		p.notes = notes
		res, err := m.Desk.Ledger.Append(ctx, w)
		if errors.As(err, &person) {
			return err
		}
		return m.appended(ctx, p, res, err)
	}
	return err
}
