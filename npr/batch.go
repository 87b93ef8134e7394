package npr

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// A Spool is where a batch puts its periods until all have come: a temporary file, or memory for few.
type Spool interface {
	io.Writer
	io.ReaderAt
}

// A Batch takes periods in any order and writes them in order of patient, as the message wants them. In memory stand 32 bytes a period and each pasientNr once.
type Batch struct {
	n       *Names
	spool   Spool
	at      int64
	b       []byte
	index   []spooled
	numbers map[string]int32
	holders []holder
	units   map[string]bool
	Units   []Unit // what the periods refer to, in the order they came
}

type spooled struct {
	at      int64
	length  int32
	patient int32
}

type holder struct {
	number, sex string
	born        int
}

// NewBatch makes an empty batch.
func NewBatch(s Spool, n *Names) *Batch {
	return &Batch{n: n, spool: s, numbers: make(map[string]int32), units: make(map[string]bool)}
}

// Rows is how many periods the batch holds, Patients of how many patients.
func (b *Batch) Rows() int     { return len(b.index) }
func (b *Batch) Patients() int { return len(b.holders) }

// Add puts a period into the batch; units are those it refers to.
func (b *Batch) Add(p *Period, units ...Unit) error {
	if p.Patient == "" {
		return fmt.Errorf("npr: the period %s has no pasientNr: give every patient one", p.ID)
	}
	for _, u := range units {
		if u.ID != "" && !b.units[u.ID] {
			b.units[u.ID] = true
			b.Units = append(b.Units, u)
		}
	}
	who, known := b.numbers[p.Patient]
	if !known {
		who = int32(len(b.holders))
		b.numbers[p.Patient] = who
		b.holders = append(b.holders, holder{p.Patient, p.Sex, p.BirthYear})
	}
	before := len(b.b)
	b.b = b.n.appendPeriod(b.b, p)
	b.index = append(b.index, spooled{b.at, int32(len(b.b) - before), who})
	b.at += int64(len(b.b) - before)
	if len(b.b) >= flushAt {
		return b.flush()
	}
	return nil
}

func (b *Batch) flush() error {
	if _, err := b.spool.Write(b.b); err != nil {
		return fmt.Errorf("write the periods aside: %w", err)
	}
	b.b = b.b[:0]
	return nil
}

// WriteTo writes the whole message. Patients stand in order of pasientNr and each patient's periods in the order they came, so that the same periods make the
// same file.
func (b *Batch) WriteTo(w io.Writer, h *Head) error {
	if err := b.flush(); err != nil {
		return err
	}
	order := make([]int32, len(b.holders))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Compare(b.holders[i].number, b.holders[j].number) })
	rank := make([]int32, len(order))
	for r, i := range order {
		rank[i] = int32(r)
	}
	slices.SortStableFunc(b.index, func(x, y spooled) int { return cmp.Compare(rank[x.patient], rank[y.patient]) })
	head := *h
	head.Units = slices.Clone(b.Units)
	slices.SortFunc(head.Units, func(x, y Unit) int { return cmp.Compare(x.ID, y.ID) })
	x := NewWriter(w, &head, b.n)
	for _, s := range b.index {
		o := b.holders[s.patient]
		if !x.opened || o.number != x.patient {
			x.openPatient(o.number, o.sex, o.born)
		}
		n := len(x.b)
		x.b = slices.Grow(x.b, int(s.length))[:n+int(s.length)]
		if _, err := b.spool.ReadAt(x.b[n:], s.at); err != nil && err != io.EOF {
			return fmt.Errorf("read the periods back: %w", err)
		}
		x.rows++
		if len(x.b) >= flushAt {
			x.flush()
		}
	}
	return x.Close()
}

// Memory is a spool for few periods.
type Memory struct{ b []byte }

func (m *Memory) Write(p []byte) (int, error) { m.b = append(m.b, p...); return len(p), nil }

// ReadAt reads what was written.
func (m *Memory) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at > int64(len(m.b)) {
		return 0, io.EOF
	}
	n := copy(p, m.b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
