package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"rettid/clinic"
	"rettid/day"
	"rettid/words"
)

//go:embed data/people.csv
var data embed.FS

// People is everybody who works here and what they may do, as plain rows. It may be read by many at once, also while
// [People.Replace] puts others in their place: each question is answered from one list or the other, never from a mixture.
type People struct {
	now atomic.Pointer[roster]
}

// A Member is one of the people, and how they are known when they sign in.
type Member struct {
	User
	PidDigest string // PidDigest of the identity number, never the number; may be empty
}

// A roster is one list of people, which never changes.
type roster struct {
	all   []Member
	byID  map[string]int
	byHPR map[string]int
	byPid map[string]int
}

func newRoster() *roster {
	return &roster{byID: make(map[string]int), byHPR: make(map[string]int), byPid: make(map[string]int)}
}

// NewPeople makes a list of people. It is refused as a whole, with the column of the first mistake, when a grant gives nothing, an id
// or number stands for two, or a field is not of its form.
func NewPeople(members []Member) (*People, error) {
	r := newRoster()
	for _, m := range members {
		if err := r.put(m); err != nil {
			return nil, fmt.Errorf("people: %s: %w", m.ID, err)
		}
	}
	p := new(People)
	p.now.Store(r)
	return p, nil
}

// Replace puts another list in the place of this one, for everybody who holds it.
func (p *People) Replace(by *People) { p.now.Store(by.list()) }

// list is the people as they are now.
func (p *People) list() *roster {
	if p == nil {
		return newRoster()
	}
	if r := p.now.Load(); r != nil {
		return r
	}
	return newRoster()
}

// put adds a whole person.
func (r *roster) put(m Member) error {
	if len(m.Roles) == 0 {
		return errors.New("role: there must be one")
	}
	for i, g := range m.Roles {
		first := func(s string) string {
			if i > 0 {
				return ""
			}
			return s
		}
		row := map[string]string{"id": m.ID, "name": first(m.Name), "language": first(m.Language), "hpr": first(m.HPR), "pid_digest": first(m.PidDigest)}
		if _, twice := r.byID[m.ID]; twice && i == 0 {
			return errors.New("id: is another person's")
		}
		if err := r.take(func(name string) string { return row[name] }, g); err != nil {
			return err
		}
	}
	return nil
}

// columns are those of the file; all must be there, in any order.
const columns = "id,name,role,provider,unit,specialty,tenant,patient,language,hpr,pid_digest,from,to"

// ReadPeople reads a CSV file in UTF-8, separated by commas or semicolons: one grant a line, one person over as many lines as
// they have grants.
//
//	id          the house's own, made up, 1 to 40 of a-z A-Z 0-9 - _; it goes into logs, so it must not be a name or a number of somebody's
//	name        as colleagues and patients see it
//	role        see Role
//	provider    clinic.Provider.ID; of a referrer or referrer_office clinic.Referrer.ID; of rhf_director and user_representative the region; * for every provider's figures and logs
//	unit        clinic.Unit.ID; empty: every unit
//	specialty   specialty key; empty: every specialty
//	tenant      with patient, of a patient or representative: the trust whose records the patient id is in
//	patient     the patient's internal id there
//	language    nb, nn or en; may be empty
//	hpr         number in the register of health personnel; may be empty; a referrer without one sees no referral
//	pid_digest  PidDigest of the identity number, never the number; may be empty
//	from, to    the period of the grant; empty ends are open
//
// Name, language, hpr and pid_digest stand on the person's first line, and are empty or the same on the others. A mistake is an
// error naming line and column, and no value that could be somebody's.
func ReadPeople(r io.Reader) (*People, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	if !utf8.Valid(b) {
		return nil, errors.New("people: not UTF-8: save the file as CSV UTF-8")
	}
	text := strings.TrimPrefix(string(b), "\ufeff")
	c := csv.NewReader(strings.NewReader(text))
	if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, ",") {
		c.Comma = ';'
	}
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("people: the first line must name the columns %s", columns)
	}
	at := make(map[string]int)
	for i, name := range head {
		name = strings.TrimSpace(name)
		if _, twice := at[name]; twice || !slices.Contains(strings.Split(columns, ","), name) {
			return nil, fmt.Errorf("people line 1: column %d is unknown or stands twice: there must be %s", i+1, columns)
		}
		at[name] = i
	}
	if len(at) != strings.Count(columns, ",")+1 {
		return nil, fmt.Errorf("people line 1: there must be the columns %s", columns)
	}
	list := newRoster()
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			p := new(People)
			p.now.Store(list)
			return p, nil
		}
		if err != nil {
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				return nil, fmt.Errorf("people line %d: %w", parse.Line, parse.Err)
			}
			return nil, fmt.Errorf("people: %w", err)
		}
		line, _ := c.FieldPos(0)
		if err := list.add(func(name string) string { return strings.TrimSpace(fields[at[name]]) }); err != nil {
			return nil, fmt.Errorf("people line %d: %w", line, err)
		}
	}
}

// add takes one line.
func (r *roster) add(get func(string) string) error {
	if err := checkID(get("id")); err != nil {
		return err
	}
	g := Grant{Role: Role(get("role")), Provider: get("provider"), Unit: get("unit"), Specialty: get("specialty"), Patient: PatientID{get("tenant"), get("patient")}}
	var err error
	if g.In.From, err = optionalDay(get("from")); err != nil {
		return fmt.Errorf("from: %w", err)
	}
	if g.In.To, err = optionalDay(get("to")); err != nil {
		return fmt.Errorf("to: %w", err)
	}
	return r.take(get, g)
}

func checkID(id string) error {
	if len(id) == 0 || len(id) > 40 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return errors.New("id: must be 1 to 40 of a-z A-Z 0-9 - _")
	}
	return nil
}

// take adds a grant to a person, who is new or stands there already.
func (r *roster) take(get func(string) string, g Grant) error {
	id := get("id")
	if err := checkID(id); err != nil {
		return err
	}
	if err := g.sound(); err != nil {
		return err
	}
	i, known := r.byID[id]
	if !known {
		i = len(r.all)
		r.all = append(r.all, Member{User: User{ID: id, Name: get("name"), Language: get("language"), HPR: get("hpr")}, PidDigest: get("pid_digest")})
		r.byID[id] = i
		if get("name") == "" {
			return errors.New("name: is empty")
		}
	}
	u := &r.all[i]
	switch {
	case known && get("name") != "" && get("name") != u.Name:
		return errors.New("name: is another than on the person's first line")
	case known && get("language") != "" && get("language") != u.Language:
		return errors.New("language: is another than on the person's first line")
	}
	if u.Language != "" {
		if l, err := words.Parse(u.Language); err != nil || string(l) != u.Language {
			return errors.New("language: must be nb, nn or en")
		}
	}
	if err := claim(r.byHPR, "hpr", get("hpr"), i, clinic.IsHPR); err != nil {
		return err
	}
	if err := claim(r.byPid, "pid_digest", get("pid_digest"), i, isDigest); err != nil {
		return err
	}
	if n := get("hpr"); n != "" {
		u.HPR = n
	}
	if n := get("pid_digest"); n != "" {
		u.PidDigest = n
	}
	u.Roles = append(u.Roles, g)
	return nil
}

// claim keeps whose a number is: one person's, and one number a person.
func claim(of map[string]int, column, v string, i int, valid func(string) bool) error {
	if v == "" {
		return nil
	}
	if !valid(v) {
		return fmt.Errorf("%s: is not of the right form", column)
	}
	if other, taken := of[v]; taken && other != i {
		return fmt.Errorf("%s: is another person's", column)
	} else if taken {
		return nil
	}
	for _, j := range of {
		if j == i {
			return fmt.Errorf("%s: is another than on the person's first line", column)
		}
	}
	of[v] = i
	return nil
}

func isDigest(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && strings.ToLower(s) == s
}

func optionalDay(s string) (day.Day, error) {
	if s == "" {
		return day.Day{}, nil
	}
	return day.Parse(s)
}

// sound finds a grant that would give nothing, or mean something else than it says.
func (g Grant) sound() error {
	if !slices.Contains(Roles(), g.Role) {
		return fmt.Errorf("role: must be one of %v", Roles())
	}
	if !g.In.From.IsZero() && !g.In.To.IsZero() && g.In.To.Before(g.In.From) {
		return fmt.Errorf("to: %s is before from %s", g.In.To, g.In.From)
	}
	ofPatient := g.Role == Patient || g.Role == Representative
	switch {
	case ofPatient && (g.Patient.ID == "" || g.Patient.Tenant == ""):
		return fmt.Errorf("patient: a %s needs tenant and patient", g.Role)
	case !ofPatient && g.Patient != PatientID{}:
		return fmt.Errorf("patient: a %s has none", g.Role)
	case (g.Role.staff() || g.Role.refers() || g.Role == Auditor || g.Role == RHFDirector) && g.Provider == "":
		return fmt.Errorf("provider: a %s needs one", g.Role)
	case g.Provider == Everywhere && g.Role != Manager && g.Role != MedicalDirector && g.Role != Auditor:
		return fmt.Errorf("provider: a %s cannot be one at every provider", g.Role)
	case !g.Role.staff() && g.Unit+g.Specialty != "" || g.Provider == Everywhere && g.Unit != "":
		return fmt.Errorf("unit: a %s there has no unit or specialty", g.Role)
	case !g.Role.staff() && !g.Role.refers() && g.Role != Auditor && g.Role != Committee && !g.regional() && g.Provider != "":
		return fmt.Errorf("provider: a %s has none", g.Role)
	}
	return nil
}

// DemoPeople are the made-up people of the demonstration, at the hospitals of clinic.Demo.
func DemoPeople() *People { return demoPeople() }

var demoPeople = sync.OnceValue(func() *People {
	f, err := data.Open("data/people.csv")
	if err != nil {
		panic("access: " + err.Error())
	}
	defer f.Close()
	p, err := ReadPeople(f)
	if err != nil {
		panic("access/data/people.csv: " + err.Error())
	}
	return p
})

// All gives everybody in the order of the file.
func (p *People) All() []User {
	list := p.list()
	out := make([]User, len(list.all))
	for i, m := range list.all {
		out[i] = m.User
	}
	return out
}

// Members gives everybody with the numbers they are known by.
func (p *People) Members() []Member { return slices.Clone(p.list().all) }

// Check finds grants at providers, units and referrers that are not in the organisation.
func (p *People) Check(org *clinic.Org) error {
	for _, u := range p.list().all {
		for _, g := range u.Roles {
			if err := g.Check(org); err != nil {
				return fmt.Errorf("people: %s as %s: %w", u.ID, g.Role, err)
			}
		}
	}
	return nil
}

// ByID finds one by the internal id.
func (p *People) ByID(id string) (User, bool) { l := p.list(); return l.at(l.byID, id) }

// ByHPR finds one by the number in the register of health personnel.
func (p *People) ByHPR(number string) (User, bool) { l := p.list(); return l.at(l.byHPR, number) }

// ByPid finds one by PidDigest of the identity number.
func (p *People) ByPid(digest string) (User, bool) { l := p.list(); return l.at(l.byPid, digest) }

func (r *roster) at(m map[string]int, k string) (User, bool) {
	if k == "" {
		return User{}, false
	}
	i, ok := m[k]
	if !ok {
		return User{}, false
	}
	return r.all[i].User, true
}

// hprOf is the HPR number the file has for one; empty when none.
func (p *People) hprOf(id string) string {
	list := p.list()
	if i, ok := list.byID[id]; ok {
		return list.all[i].HPR
	}
	return ""
}

// PidDigest is what stands for an identity number in the people file: HMAC-SHA256 under the installation's own key. There are
// so few identity numbers that a digest without a key could be turned back by trying them all.
func PidDigest(key []byte, pid string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("rettid identity number\x00" + pid))
	return hex.EncodeToString(m.Sum(nil))
}
