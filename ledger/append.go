package ledger

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A view is what one transaction knows of the database, and of what its own units are about to write. A blind one knows only
// the heads, as they were after the last append, and trusts the rest to the constraints: keys, seqs, places, links and
// identity numbers are unique, and insertRecord finds no number where the head or the row is not as expected. Any doubt ends
// in a violation, nothing is written, and the same is tried with open eyes. So most appends need no reading first.
type view struct {
	blind  bool
	heads  map[string]*head // by tenant
	seqs   map[referralKey]int
	keys   map[[2]string]Result // tenant and key of a command
	links  map[[3]string]int64  // tenant, source and external id
	idents map[[3]string]string // tenant, kind and number; the person's id
}

type referralKey struct {
	tenant   string
	referral int64
}

// A head is the end of a tenant's chain.
type head struct {
	pos       int64
	digest    [32]byte
	referrals int64
	first     *step // with a blind view, the one that writes the first record
}

const (
	selectHead    = "SELECT pos, digest, referrals FROM tenant WHERE tenant = $1"
	insertHead    = "INSERT INTO tenant (tenant, pos, digest, referrals) VALUES ($1, 0, $2, 0) ON CONFLICT DO NOTHING"
	updateHead    = "UPDATE tenant SET pos = CASE WHEN pos = $1 AND digest = $2 THEN pos + $3 END, digest = $4, referrals = $5 WHERE tenant = $6"
	selectKey     = "SELECT referral, seq, pos FROM record WHERE tenant = $1 AND key = $2 ORDER BY part DESC LIMIT 1"
	selectSeq     = "SELECT seq FROM referral WHERE tenant = $1 AND referral = $2"
	selectLink    = "SELECT referral FROM link WHERE tenant = $1 AND source = $2 AND external = $3"
	selectIdent   = "SELECT id FROM person WHERE tenant = $1 AND ident_kind = $2 AND ident = $3 AND ident <> ''"
	deleteDuties  = "DELETE FROM duty WHERE tenant = $1 AND referral IN ("
	insertDuty    = "INSERT INTO duty (tenant, referral, n, name, opens, due, role, place, unit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	insertMessage = "INSERT INTO outbox (tenant, referral, seq, n, kind, recipient, body, at, sent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)"
	insertLink    = "INSERT INTO link (tenant, source, external, referral) VALUES ($1, $2, $3, $4)"
	upsertNote    = "INSERT INTO note (tenant, id, referral, words, erased) VALUES ($1, $2, $3, $4, 0) ON CONFLICT (tenant, id) DO UPDATE SET words = excluded.words WHERE note.erased = 0"
	maxBody       = 16 << 20
	maxKey        = 512
)

// check refuses a Write that could not be stored on both databases, or that the caller has filled in wrongly.
func (w *Write) check() error {
	switch {
	case w.Tenant == "":
		return fmt.Errorf("append: no tenant")
	case w.Key == "":
		return fmt.Errorf("append to referral %d: no idempotency key", w.Referral)
	case len(w.Records) == 0:
		return fmt.Errorf("append to referral %d: no records", w.Referral)
	case w.Referral == 0 && w.Expect != 0:
		return fmt.Errorf("append: a new referral has no seq, but %d is expected", w.Expect)
	case w.Referral < 0 || w.Expect < 0:
		return fmt.Errorf("append: referral %d, seq %d: neither can be negative", w.Referral, w.Expect)
	}
	r := &w.Row
	texts := []string{w.Tenant, w.Key, r.Patient, r.Provider, r.Site, r.Unit, r.Specialty, r.Kind, r.Status, r.Right, r.Condition,
		r.ListProvider, r.ListSite, r.Flags, r.NextName, r.NextRole}
	size := len(r.State)
	for i := range w.Records {
		rec := &w.Records[i]
		texts = append(texts, rec.Kind, rec.Role, rec.Actor, rec.Place)
		size = max(size, len(rec.Body))
	}
	for _, d := range w.Duties {
		texts = append(texts, d.Name, d.Role, d.Place, d.Unit)
	}
	for _, m := range w.Outgoing {
		texts = append(texts, m.Kind, m.To)
		size = max(size, len(m.Body))
	}
	for _, n := range w.Notes {
		texts = append(texts, n.ID, n.Text)
	}
	for _, k := range w.Links {
		texts = append(texts, k.Source, k.External)
	}
	if w.Person != nil {
		texts = append(texts, w.Person.texts()...)
	}
	if err := w.checkMatter(); err != nil {
		return err
	}
	keys := []string{w.Tenant, w.Key, w.Row.Patient, w.Row.Condition}
	if w.Matter != nil {
		texts = append(texts, w.Matter.texts()...)
		size = max(size, len(w.Matter.State))
		keys = append(keys, w.Matter.Name, w.Matter.Method, w.Matter.Patient)
	}
	if size > maxBody {
		return fmt.Errorf("append to referral %d: a body has %d bytes, more than %d", w.Referral, size, maxBody)
	}
	// What is in an index: PostgreSQL takes no more than some 2700 bytes there.
	for _, s := range keys {
		if len(s) > maxKey {
			return fmt.Errorf("append to referral %d: a key has %d bytes, more than %d", w.Referral, len(s), maxKey)
		}
	}
	for _, k := range w.Links {
		if len(k.Source)+len(k.External) > maxKey {
			return fmt.Errorf("append to referral %d: an external id has %d bytes, more than %d", w.Referral, len(k.Source)+len(k.External), maxKey)
		}
	}
	return checkTexts(texts...)
}

// checkTexts refuses what PostgreSQL cannot store. The text itself is not told: it may be anything.
func checkTexts(texts ...string) error {
	for _, s := range texts {
		if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
			return fmt.Errorf("a text of %d bytes is not UTF-8 without zero bytes", len(s))
		}
	}
	return nil
}

func newView() *view {
	return &view{
		heads: make(map[string]*head), seqs: make(map[referralKey]int), keys: make(map[[2]string]Result),
		links: make(map[[3]string]int64), idents: make(map[[3]string]string),
	}
}

// A draft is what a transaction is going to write, by table: the order within each matters, between them it does not. Of a
// row, a note or a person that is written more than once only the last is kept.
type draft struct {
	records, duties, messages, links, others []*step
	rows                                     map[referralKey]*Write
	replaced                                 map[[2]string][]any // what had duties before, by tenant and how they are deleted
	notes, persons                           map[[2]string]*step
}

// plan settles which of units can be written, and returns the steps that write those. Those that cannot, because they have
// been written before or come too late, are answered here and leave the rest alone.
func (v *view) plan(units []*unit) []*step {
	before := make(map[string]head, len(v.heads))
	for tenant, h := range v.heads {
		before[tenant] = *h
	}
	d := &draft{rows: make(map[referralKey]*Write), replaced: make(map[[2]string][]any), notes: make(map[[2]string]*step),
		persons: make(map[[2]string]*step)}
	for _, u := range units {
		u.fail(func(*Write) error { return nil })
		if u.writes == nil {
			d.others = append(d.others, u.steps...)
			continue
		}
		if len(u.writes) > 1 {
			if err := v.refuses(u.writes); err != nil {
				u.fail(func(*Write) error { return err })
				continue
			}
		}
		for i := range u.writes {
			w, known := &u.writes[i], false
			u.results[i], known, u.errs[i] = v.settle(w)
			if u.errs[i] == nil && !u.results[i].Replayed {
				v.append(d, w, &u.results[i], known)
			}
		}
	}
	// The heads go first and in order of tenant: on PostgreSQL they are locks, and all must take them in the same order.
	var steps []*step
	for _, tenant := range slices.Sorted(maps.Keys(v.heads)) {
		if h, old := v.heads[tenant], before[tenant]; h.pos != old.pos {
			steps = append(steps, &step{sql: updateHead, args: []any{old.pos, old.digest[:], h.pos - old.pos, h.digest[:], h.referrals, tenant}})
			if v.blind {
				h.first.args[1] = h.pos - h.first.args[1].(int64)
			}
		}
	}
	return d.steps(v, steps)
}

// steps adds what d writes to steps.
func (d *draft) steps(v *view, steps []*step) []*step {
	// By statement, so that those of one kind stand beside each other; the places in the chain have been given.
	slices.SortStableFunc(d.records, func(a, b *step) int { return cmp.Compare(a.sql, b.sql) })
	steps = append(steps, d.records...)
	var duties, owed []*step
	for _, id := range slices.SortedFunc(maps.Keys(d.rows), compareReferrals) {
		w := d.rows[id]
		if w.Matter != nil {
			m := *w.Matter
			m.Tenant, m.Matter, m.Seq = id.tenant, id.referral, v.seqs[id]
			steps = append(steps, &step{sql: upsertMatter, args: m.args(), many: true})
			for i, d := range w.Duties {
				owed = append(owed, &step{sql: insertMatterDuty, many: true, args: []any{
					id.tenant, id.referral, int64(i), d.Name, dayArg(d.Opens), dayArg(d.Due), d.Role, d.Place, d.Unit}})
			}
			continue
		}
		row := w.Row
		row.Tenant, row.Referral, row.Seq = id.tenant, id.referral, v.seqs[id]
		steps = append(steps, &step{sql: upsertRow, args: row.args(), many: true})
		for i, d := range w.Duties {
			duties = append(duties, &step{sql: insertDuty, many: true, args: []any{
				id.tenant, id.referral, int64(i), d.Name, dayArg(d.Opens), dayArg(d.Due), d.Role, d.Place, d.Unit}})
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(d.replaced), comparePairs) {
		for ids := range slices.Chunk(d.replaced[at], 64) {
			for len(ids)&(len(ids)-1) != 0 { // a power of two, so that few different statements are kept
				ids = append(ids[:len(ids):len(ids)], ids[0])
			}
			steps = append(steps, &step{sql: at[1] + marks(2, len(ids)) + ")", args: append([]any{at[0]}, ids...)})
		}
	}
	steps = slices.Concat(steps, duties, owed, d.messages, d.links)
	for _, key := range slices.SortedFunc(maps.Keys(d.notes), comparePairs) {
		steps = append(steps, d.notes[key])
	}
	for _, key := range slices.SortedFunc(maps.Keys(d.persons), comparePairs) {
		steps = append(steps, d.persons[key])
	}
	return append(steps, d.others...)
}

func compareReferrals(a, b referralKey) int {
	return cmp.Or(cmp.Compare(a.tenant, b.tenant), cmp.Compare(a.referral, b.referral))
}

func comparePairs(a, b [2]string) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
}

// read takes the heads first, in order of tenant so that two processes never wait for each other, and then the rest: on
// PostgreSQL a head is the tenant's lock, and what is read after it can no longer be changed by anyone else.
func (v *view) read(ctx context.Context, t transaction, lock string, units []*unit) error {
	for _, u := range units {
		for i := range u.writes {
			if tenant := u.writes[i].Tenant; v.heads[tenant] == nil {
				v.heads[tenant] = &head{pos: -1}
			}
		}
	}
	tenants := slices.Sorted(maps.Keys(v.heads))
	var steps []*step
	for _, tenant := range tenants {
		steps = append(steps, v.readHead(tenant, lock))
	}
	for _, u := range units {
		for i := range u.writes {
			steps = v.readWrite(steps, &u.writes[i])
		}
	}
	if err := t.run(ctx, steps); err != nil {
		return err
	}
	var missing []*step
	for _, tenant := range tenants {
		if v.heads[tenant].pos < 0 {
			var none [32]byte
			missing = append(missing, &step{sql: insertHead, args: []any{tenant, none[:]}}, v.readHead(tenant, lock))
		}
	}
	if missing == nil {
		return nil
	}
	// A tenant's first append. What was read before its head existed is read again, now that it is locked.
	clear(v.keys)
	clear(v.links)
	clear(v.idents)
	for _, u := range units {
		for i := range u.writes {
			missing = v.readWrite(missing, &u.writes[i])
		}
	}
	return t.run(ctx, missing)
}

func (v *view) readHead(tenant, lock string) *step {
	return &step{sql: selectHead + lock, args: []any{tenant}, scan: func(r *row) error {
		h := v.heads[tenant]
		h.pos, h.digest, h.referrals = r.int64(), r.digest(), r.int64()
		return nil
	}}
}

// readWrite adds the steps that read what w depends on.
func (v *view) readWrite(steps []*step, w *Write) []*step {
	steps = append(steps, &step{sql: selectKey, args: []any{w.Tenant, w.Key}, scan: func(r *row) error {
		v.keys[[2]string{w.Tenant, w.Key}] = Result{Referral: r.int64(), Seq: int(r.int64()), Pos: r.int64(), Replayed: true}
		return nil
	}})
	if w.Referral != 0 {
		sql := selectSeq
		if w.Matter != nil {
			sql = selectMatterSeq
		}
		steps = append(steps, &step{sql: sql, args: []any{w.Tenant, w.Referral}, scan: func(r *row) error {
			v.seqs[referralKey{w.Tenant, w.Referral}] = int(r.int64())
			return nil
		}})
	}
	for _, k := range w.Links {
		steps = append(steps, &step{sql: selectLink, args: []any{w.Tenant, k.Source, k.External}, scan: func(r *row) error {
			v.links[[3]string{w.Tenant, k.Source, k.External}] = r.int64()
			return nil
		}})
	}
	if p := w.Person; p != nil && p.Ident != "" {
		steps = append(steps, &step{sql: selectIdent, args: []any{w.Tenant, p.IdentKind, p.Ident}, scan: func(r *row) error {
			v.idents[[3]string{w.Tenant, p.IdentKind, p.Ident}] = r.string()
			return nil
		}})
	}
	return steps
}

// expected tells whether the seq a write expects has been seen to be right; the error says that it is not.
func (v *view) expected(w *Write) (known bool, err error) {
	seq, known := v.seqs[referralKey{w.Tenant, w.Referral}]
	if seq != w.Expect && (known || !v.blind) {
		return known, fmt.Errorf("append to referral %d after seq %d: %w", w.Referral, w.Expect, ErrConflict)
	}
	return known, nil
}

// refuses tells why the writes of a whole can't be written, before any of them is settled.
func (v *view) refuses(writes []Write) error {
	for i := range writes {
		w := &writes[i]
		if _, done := v.keys[[2]string{w.Tenant, w.Key}]; done {
			continue
		}
		if _, err := v.expected(w); err != nil {
			return err
		}
	}
	return nil
}

// settle tells what becomes of w: written (the result says where), replayed, or an error. known: the seq it expects has been
// seen to be right.
func (v *view) settle(w *Write) (result Result, known bool, err error) {
	if before, ok := v.keys[[2]string{w.Tenant, w.Key}]; ok {
		return before, true, nil
	}
	id := w.Referral
	known, err = v.expected(w)
	if err != nil {
		return Result{}, false, err
	}
	h := v.heads[w.Tenant]
	if id == 0 {
		id = h.referrals + 1
	}
	for _, k := range w.Links {
		if taken, ok := v.links[[3]string{w.Tenant, k.Source, k.External}]; ok && taken != id {
			return Result{}, false, fmt.Errorf("append to referral %d: %w", w.Referral, ErrLinked{Referral: taken})
		}
	}
	if p := w.Person; p != nil && p.Ident != "" {
		ident := [3]string{w.Tenant, p.IdentKind, p.Ident}
		if known, ok := v.idents[ident]; ok && known != p.ID {
			return Result{}, false, fmt.Errorf("append to referral %d: %w", w.Referral, ErrPersonKnown{ID: known})
		}
		v.idents[ident] = p.ID
	}
	h.referrals = max(h.referrals, id)
	result = Result{Referral: id, Seq: w.Expect + len(w.Records), Pos: h.pos + int64(len(w.Records))}
	v.seqs[referralKey{w.Tenant, id}] = result.Seq
	return result, known, nil
}

// insertRecord writes a record. With a blind view, the first of a tenant finds its place from the head just written, and the
// first of a write finds its seq from the row it was decided on: where those are not as expected there is no number to find,
// and what is not a number violates NOT NULL. The arguments are then how far the place is before the head, and the seq of
// the row.
func insertRecord(from insertFrom) string {
	pos, seq := "$2", "$4"
	if from.head {
		pos = "(SELECT pos - $2 FROM tenant WHERE tenant = $1)"
	}
	if from.row != "" {
		seq = "(SELECT seq + 1 FROM " + from.row + " WHERE tenant = $1 AND " + from.row + " = $3 AND seq = $4)"
	}
	return "INSERT INTO record (" + recordColumns + ", part) VALUES ($1, " + pos + ", $3, " + seq +
		", $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
}

// insertFrom says where a record finds its place and its seq: from the head, and from the row in a table; "" is from neither.
type insertFrom struct {
	head bool
	row  string
}

var insertPlain = insertRecord(insertFrom{})

var insertBlind = func() map[insertFrom]string {
	out := make(map[insertFrom]string)
	for _, head := range []bool{false, true} {
		for _, row := range []string{"", "referral", "matter"} {
			out[insertFrom{head, row}] = insertRecord(insertFrom{head, row})
		}
	}
	return out
}()

// append adds what w writes to d.
func (v *view) append(d *draft, w *Write, result *Result, known bool) {
	h := v.heads[w.Tenant]
	id := referralKey{w.Tenant, result.Referral}
	for i := range w.Records {
		rec := w.Records[i]
		h.pos++
		rec.Tenant, rec.Referral, rec.Key, rec.Pos, rec.Seq = w.Tenant, result.Referral, w.Key, h.pos, w.Expect+i+1
		rec.Digest = rec.digest(h.digest)
		h.digest = rec.Digest
		st := &step{sql: insertPlain, args: rec.args(i), many: true}
		if v.blind && i == 0 {
			row := ""
			if w.Expect > 0 && !known {
				row, st.args[3] = "referral", int64(w.Expect)
				if w.Matter != nil {
					row = "matter"
				}
			}
			if h.first == nil {
				h.first = st
			}
			st.sql = insertBlind[insertFrom{h.first == st, row}]
		}
		d.records = append(d.records, st)
	}

	last := &w.Records[len(w.Records)-1]
	if d.rows[id] == nil && w.Expect > 0 {
		at := [2]string{w.Tenant, deleteDuties}
		if w.Matter != nil {
			at[1] = deleteMatterDuties
		}
		d.replaced[at] = append(d.replaced[at], result.Referral)
	}
	d.rows[id] = w
	for i, m := range w.Outgoing {
		d.messages = append(d.messages, &step{sql: insertMessage, many: true, args: []any{
			w.Tenant, result.Referral, int64(result.Seq), int64(i), m.Kind, m.To, blobArg(m.Body), last.At}})
	}
	for _, n := range w.Notes {
		d.notes[[2]string{w.Tenant, n.ID}] = &step{sql: upsertNote, many: true, args: []any{w.Tenant, n.ID, result.Referral, n.Text}}
	}
	for _, k := range w.Links {
		link := [3]string{w.Tenant, k.Source, k.External}
		if _, ok := v.links[link]; !ok {
			v.links[link] = result.Referral
			d.links = append(d.links, &step{sql: insertLink, many: true, args: []any{w.Tenant, k.Source, k.External, result.Referral}})
		}
	}
	if w.Person != nil {
		person := *w.Person
		person.Tenant, person.Erased = w.Tenant, 0
		d.persons[[2]string{w.Tenant, person.ID}] = &step{sql: upsertPerson, many: true, args: person.args()}
	}
	replay := *result
	replay.Replayed = true
	v.keys[[2]string{w.Tenant, w.Key}] = replay
}

// digest is the SHA-256 of the digest before it in the tenant's chain and every field of the record but its own digest, in
// the order of the struct. Numbers are eight bytes, texts and bytes have their length first, so that no two records are
// written the same.
func (r *Record) digest(before [32]byte) [32]byte {
	b := make([]byte, 0, 256+len(r.Body))
	b = append(b, "rettid record 1\n"...)
	b = append(b, before[:]...)
	b = appendText(b, r.Tenant)
	b = appendInt(b, r.Pos)
	b = appendInt(b, r.Referral)
	b = appendInt(b, int64(r.Seq))
	b = appendText(b, r.Kind)
	b = appendInt(b, dayArg(r.On))
	b = appendInt(b, r.At)
	b = appendInt(b, dayArg(r.Known))
	b = appendText(b, r.Role)
	b = appendText(b, r.Actor)
	b = appendText(b, r.Place)
	b = appendText(b, r.Key)
	b = appendInt(b, int64(len(r.Body)))
	b = append(b, r.Body...)
	return sha256.Sum256(b)
}

func appendInt(b []byte, n int64) []byte {
	return append(b, byte(n>>56), byte(n>>48), byte(n>>40), byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func appendText(b []byte, s string) []byte {
	return append(appendInt(b, int64(len(s))), s...)
}
