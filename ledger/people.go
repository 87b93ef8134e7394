package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"rettid/day"
)

func (p *Person) texts() []string {
	return []string{p.ID, p.Ident, p.IdentKind, p.LocalID, p.Given, p.Family, p.Sex, p.Municipality, p.Language, p.Phone, p.Address,
		p.Postcode, p.City}
}

func (p *Person) args() []any {
	return []any{p.Tenant, p.ID, p.Ident, p.IdentKind, p.LocalID, p.Given, p.Family, p.Sex, p.Municipality, p.Language,
		dayArg(p.Born), p.Phone, p.Address, p.Postcode, p.City, blobArg(p.More), p.Erased,
		sortKey(p.Family, p.Given), foldName(p.Family + " " + p.Given), foldName(p.Given + " " + p.Family)}
}

func scanPerson(r *row) Person {
	return Person{Tenant: r.string(), ID: r.string(), Ident: r.string(), IdentKind: r.string(), LocalID: r.string(), Given: r.string(),
		Family: r.string(), Sex: r.string(), Municipality: r.string(), Language: r.string(), Born: r.day(), Phone: r.string(),
		Address: r.string(), Postcode: r.string(), City: r.string(), More: r.blob(), Erased: r.int64()}
}

// A collator may be used by one goroutine at a time. Nynorsk and bokmål have the same order, but x/text knows it only as nn:
// asked for nb it puts æ, ø and å among a and o.
var collators = sync.Pool{New: func() any { return collate.New(language.MustParse("nn"), collate.IgnoreCase) }}

// sortKey gives bytes that order as names do in Norwegian: æ, ø and å last, and aa as å. Both databases order bytes alike.
func sortKey(family, given string) []byte {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	var b collate.Buffer
	key := c.KeyFromString(&b, family)
	key = append(append([]byte{}, key...), 0, 0)
	b.Reset()
	return append(key, c.KeyFromString(&b, given)...)
}

// foldName makes names comparable by prefix: small letters, no commas, single spaces.
func foldName(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(s, ",", " "))), " ")
}

// PutPerson stores or replaces a person. One that has been erased stays erased. ErrPersonKnown: the identity number
// belongs to another.
func (l *Ledger) PutPerson(ctx context.Context, p Person) error {
	if p.Tenant == "" || p.ID == "" {
		return fmt.Errorf("store a person: tenant and id are needed")
	}
	if err := checkTexts(p.texts()...); err != nil {
		return fmt.Errorf("store person %s: %w", p.ID, err)
	}
	if p.Ident != "" {
		other, ok, err := l.PersonByIdent(ctx, p.Tenant, p.IdentKind, p.Ident)
		if err != nil {
			return err
		}
		if ok && other.ID != p.ID {
			return fmt.Errorf("store person %s: %w", p.ID, ErrPersonKnown{ID: other.ID})
		}
	}
	p.Erased = 0
	// Between the look and the write another may have taken the number: the unique index then makes this a fault.
	if err := l.do(ctx, &step{sql: upsertPerson, args: p.args()}); err != nil {
		return fmt.Errorf("store person %s: %w", p.ID, err)
	}
	return nil
}

// Person gives a person by internal id, and whether there is one. An erased one has Erased set and nothing else but the id.
func (l *Ledger) Person(ctx context.Context, tenant, id string) (Person, bool, error) {
	return l.person(ctx, "tenant = $1 AND id = $2", tenant, id)
}

// PersonByIdent gives the person with an identity number of a kind.
func (l *Ledger) PersonByIdent(ctx context.Context, tenant, kind, ident string) (Person, bool, error) {
	return l.person(ctx, "tenant = $1 AND ident_kind = $2 AND ident = $3 AND ident <> ''", tenant, kind, ident)
}

// PersonByLocal gives the person with a local id; the first by internal id if there are several.
func (l *Ledger) PersonByLocal(ctx context.Context, tenant, local string) (Person, bool, error) {
	return l.person(ctx, "tenant = $1 AND local_id = $2 AND local_id <> ''", tenant, local)
}

// PersonsNamed gives the persons with a name who were born on a day: who may be the same one. Erased ones are not among them; names are compared as they are
// searched for, without regard to capitals and spaces. No name or no day gives nobody.
func (l *Ledger) PersonsNamed(ctx context.Context, tenant, given, family string, born day.Day) ([]Person, error) {
	name := foldName(family + " " + given)
	if name == "" || born.IsZero() {
		return nil, nil
	}
	var all []Person
	err := l.store.query(ctx, "SELECT "+personColumns+" FROM person WHERE tenant = $1 AND by_family = $2 AND born = $3 AND erased = 0 ORDER BY id", []any{tenant, name, dayArg(born)},
		func(r *row) error { all = append(all, scanPerson(r)); return nil })
	if err != nil {
		return nil, fmt.Errorf("look for persons by name and day of birth: %w", err)
	}
	return all, nil
}

func (l *Ledger) person(ctx context.Context, where string, args ...any) (Person, bool, error) {
	var p Person
	ok := false
	// The id is made an expression, or SQLite walks all persons in its order to spare itself the sorting of one or two.
	err := l.store.query(ctx, "SELECT "+personColumns+" FROM person WHERE "+where+" ORDER BY id || '' LIMIT 1", args,
		func(r *row) error { p, ok = scanPerson(r), true; return nil })
	if err != nil {
		return Person{}, false, fmt.Errorf("look up a person: %w", err)
	}
	return p, ok, nil
}

// Persons gives the persons with these ids; those not found are not in the map.
func (l *Ledger) Persons(ctx context.Context, tenant string, ids []string) (map[string]Person, error) {
	found := make(map[string]Person, len(ids))
	const most = 500 // marks in one statement
	for len(ids) > 0 {
		n := min(len(ids), most)
		args := []any{tenant}
		for _, id := range ids[:n] {
			args = append(args, id)
		}
		// Powers of two, so that few different statements are kept: the last id fills the rest.
		for size := len(args) - 1; size&(size-1) != 0; size++ {
			args = append(args, ids[n-1])
		}
		err := l.store.query(ctx, "SELECT "+personColumns+" FROM person WHERE tenant = $1 AND id IN ("+marks(2, len(args)-1)+")", args,
			func(r *row) error { p := scanPerson(r); found[p.ID] = p; return nil })
		if err != nil {
			return nil, fmt.Errorf("look up %d persons: %w", n, err)
		}
		ids = ids[n:]
	}
	return found, nil
}

// PersonsOf gives persons of several tenants, ids by tenant, by one question to the database for each 500 of a tenant; those not found are not in the answer.
func (l *Ledger) PersonsOf(ctx context.Context, ids map[string][]string) ([]Person, error) {
	return l.personsOf(ctx, ids, personColumns, scanPerson)
}

// NamesOf is PersonsOf, of each only what a line of a list tells: names, day of birth, and whether the rest is erased.
func (l *Ledger) NamesOf(ctx context.Context, ids map[string][]string) ([]Person, error) {
	return l.personsOf(ctx, ids, nameColumns, func(r *row) Person {
		return Person{Tenant: r.string(), ID: r.string(), Given: r.string(), Family: r.string(), Born: r.day(), Erased: r.int64()}
	})
}

func (l *Ledger) personsOf(ctx context.Context, ids map[string][]string, columns string, scan func(*row) Person) ([]Person, error) {
	n := 0
	for _, some := range ids {
		n += len(some)
	}
	all := make([]Person, 0, n)
	const most = 500 // marks of one tenant in one statement
	for from, more := 0, true; more; from += most {
		more = false
		var each []string
		var args []any
		for _, tenant := range slices.Sorted(maps.Keys(ids)) {
			some := ids[tenant][min(from, len(ids[tenant])):]
			if len(some) == 0 {
				continue
			}
			more = more || len(some) > most
			some = some[:min(most, len(some))]
			args = append(args, tenant)
			at := len(args)
			for _, id := range some {
				args = append(args, id)
			}
			// Powers of two, so that few different statements are kept: the last id fills the rest.
			for size := len(some); size&(size-1) != 0; size++ {
				args = append(args, some[len(some)-1])
			}
			each = append(each, fmt.Sprintf("SELECT %s FROM person WHERE tenant = $%d AND id IN (%s)", columns, at, marks(at+1, len(args)-at)))
		}
		if len(each) == 0 {
			break
		}
		if err := l.store.query(ctx, strings.Join(each, " UNION ALL "), args, func(r *row) error { all = append(all, scan(r)); return nil }); err != nil {
			return nil, fmt.Errorf("look up persons of %d tenants: %w", len(ids), err)
		}
	}
	return all, nil
}

// marks writes n parameters from $first on.
func marks(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// EachPerson gives fn every person of a tenant, by id, erased ones too. It streams.
func (l *Ledger) EachPerson(ctx context.Context, tenant string, fn func(Person) error) error {
	err := each(ctx, l, "SELECT "+personColumns+" FROM person WHERE tenant = $1 ORDER BY id", []any{tenant}, scanPerson, fn)
	if err != nil {
		return fmt.Errorf("read the persons of %s: %w", tenant, err)
	}
	return nil
}

// Note gives a free text, and whether there is one by that id. An erased note is there, and empty.
func (l *Ledger) Note(ctx context.Context, tenant, id string) (string, bool, error) {
	var words string
	ok := false
	err := l.store.query(ctx, "SELECT words FROM note WHERE tenant = $1 AND id = $2", []any{tenant, id},
		func(r *row) error { words, ok = r.string(), true; return nil })
	if err != nil {
		return "", false, fmt.Errorf("read note %s: %w", id, err)
	}
	return words, ok, nil
}

// NotesOf gives free texts by their ids; those that are not there are left out.
func (l *Ledger) NotesOf(ctx context.Context, tenant string, ids []string) (map[string]string, error) {
	out := make(map[string]string, len(ids))
	for some := range slices.Chunk(ids, 500) { // marks in one statement
		args := []any{tenant}
		for _, id := range some {
			args = append(args, id)
		}
		for n := len(some); n&(n-1) != 0; n++ { // few different statements are kept
			args = append(args, some[len(some)-1])
		}
		err := l.store.query(ctx, "SELECT id, words FROM note WHERE tenant = $1 AND id IN ("+marks(2, len(args)-1)+")", args,
			func(r *row) error { id := r.string(); out[id] = r.string(); return nil })
		if err != nil {
			return nil, fmt.Errorf("read %d notes: %w", len(some), err)
		}
	}
	return out, nil
}

// EraseNote removes a free text for good, and leaves a marker of when (UTC microseconds).
// Erasure: helsepersonelloven § 43.
func (l *Ledger) EraseNote(ctx context.Context, tenant, id string, at int64) error {
	err := l.erase(ctx, false, &step{sql: "UPDATE note SET words = '', erased = $1 WHERE tenant = $2 AND id = $3 AND erased = 0",
		args: []any{at, tenant, id}})
	if err != nil {
		return fmt.Errorf("erase note %s: %w", id, err)
	}
	return nil
}

// ErasePerson removes who a person is for good, and leaves the id and a marker of when (UTC microseconds). The log goes on
// speaking of the id, which then leads nowhere.
func (l *Ledger) ErasePerson(ctx context.Context, tenant, id string, at int64) error {
	gone := Person{Tenant: tenant, ID: id, Erased: at}
	err := l.erase(ctx, false, &step{sql: erasePerson, args: append(gone.args()[2:], tenant, id)})
	if err != nil {
		return fmt.Errorf("erase person %s: %w", id, err)
	}
	return nil
}

// erase runs the steps so that what they overwrite is gone. whole: so is what earlier changes of the same rows left behind.
func (l *Ledger) erase(ctx context.Context, whole bool, steps ...*step) error {
	if wipe := l.store.wipe(true); wipe != "" {
		steps = append(append([]*step{{sql: wipe}}, steps...), &step{sql: l.store.wipe(false)})
	}
	if err := l.do(ctx, steps...); err != nil {
		return err
	}
	return l.store.clean(ctx, whole)
}
