package npr

import (
	"encoding/xml"
	"errors"
	"hash/maphash"
	"io"
	"strconv"
	"strings"
	"time"

	"rettid/day"
	"rettid/patient"
)

// A Message is what was read of a message beside its periods.
type Message struct {
	Head
	Module       string // from the namespace: ord
	Institutions []string
	Rows         int
	Patients     int
	Unknown      map[string]int // elements and attributes that nobody asked for: name to how many; at most 200 names
}

// A Row is one period as it was read, and where.
type Row struct {
	Period
	Line, Column int
	Problems     []*Problem // values that can't be read; the fields are then empty
}

// Options are how a message is read.
type Options struct {
	Names    *Names      // DefaultNames when nil
	MaxBytes int64       // MaxBytes when 0
	Started  func(*Head) // called when the head of the message has been read, before the first period; may be nil
}

// Read gives fn every period of a message, and answers nil when the whole message could be read, every value in it, and no period stood twice. Otherwise it
// answers [*Problems], perhaps after some periods have been given: one who keeps them keeps none before Read has answered nil. An error of fn ends the reading
// and is given as it is. Memory does not grow with the message but for eight bytes a period.
func Read(r io.Reader, fn func(Period) error) error {
	var wrong Problems
	_, err := Scan(r, Options{}, func(row *Row) error {
		for _, p := range row.Problems {
			wrong.add(p)
		}
		if wrong.Total > 0 {
			return nil
		}
		return fn(row.Period)
	})
	if err != nil {
		return err
	}
	if wrong.Total > 0 {
		return &wrong
	}
	return nil
}

// Scan reads a message, its own or another system's, in any order of elements and with elements it does not know. fn gets every period with what is wrong with
// it, and may not keep the row. What ends the reading is a [*Problems] of one; an error of fn is given as it is.
func Scan(r io.Reader, o Options, fn func(*Row) error) (*Message, error) {
	if o.Names == nil {
		o.Names = DefaultNames()
	}
	src, wrong := open(r, o.MaxBytes)
	if wrong != nil {
		return nil, &Problems{First: []*Problem{wrong}, Total: 1}
	}
	s := &scanner{src: src, n: o.Names, fn: fn, started: o.Started, ids: newSet(), patients: newSet(), seed: maphash.MakeSeed(), m: &Message{Unknown: make(map[string]int)}}
	s.dec = xml.NewDecoder(src)
	s.dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // the source gives UTF-8 already
	if err := s.run(); err != nil {
		var p *Problem
		if errors.As(err, &p) {
			return s.m, &Problems{First: []*Problem{p}, Total: 1}
		}
		return s.m, err
	}
	return s.m, nil
}

// A scanner walks one message.
type scanner struct {
	src          *source
	dec          *xml.Decoder
	n            *Names
	fn           func(*Row) error
	started      func(*Head)
	m            *Message
	line, column int // where the token began

	path []string // local names of the open elements
	seen bool     // a Melding has been read

	institution, trust string
	units              map[string]Unit
	holder             bool
	who                Row // what Objektholder and Pasient say
	rows               []Row
	row                *Row
	text               strings.Builder // of the elements whose text is asked for

	ids, patients *set
	seed          maphash.Seed
}

func (s *scanner) run() error {
	roots := 0
	for {
		s.line, s.column = s.dec.InputPos()
		s.src.mark(s.dec.InputOffset())
		tok, err := s.dec.Token()
		if err != nil {
			if err == io.EOF && roots > 0 && len(s.path) == 0 {
				break
			}
			return s.broken(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if len(s.path) == 0 {
				if roots++; roots > 1 {
					return s.problem("second-root", "", "")
				}
			}
			if len(s.path) >= maxDepth {
				return s.problem("too-deep", "", "")
			}
			if err := s.start(t); err != nil {
				return err
			}
			s.path = append(s.path, t.Name.Local)
		case xml.EndElement:
			s.path = s.path[:len(s.path)-1]
			if err := s.end(t.Name.Local); err != nil {
				return err
			}
		case xml.CharData:
			if len(s.path) == 0 {
				if strings.TrimSpace(string(t)) != "" {
					return s.problem("second-root", "", "")
				}
			} else if !s.seen && s.text.Len() < 1000 {
				s.text.WriteString(clip(string(t))) // of the envelope; emptied at every element
			}
		case xml.Directive:
			return s.problem("doctype", "", "")
		}
	}
	if !s.seen {
		return s.problem("no-message", "", "")
	}
	return nil
}

// broken makes a problem of what the decoder says.
func (s *scanner) broken(err error) error {
	line, column := s.dec.InputPos()
	p := &Problem{Line: line, Column: column, Code: "malformed"}
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errTokenLong):
		p.Line, p.Column, p.Code = s.line, s.column, "too-long"
	case errors.Is(err, errTooLarge):
		p.Code = "too-large"
	case s.src.err == io.EOF:
		p.Code = "truncated"
		if len(s.path) == 0 && !s.seen && len(s.src.token) == 0 {
			p.Code = "no-message"
		}
	case s.src.err != nil:
		return s.src.err
	case errors.As(err, &syntax):
		switch {
		case strings.Contains(syntax.Msg, "UTF-8"):
			p.Code = "not-utf8"
		case strings.Contains(syntax.Msg, "entity"):
			p.Code = "entity"
		}
	}
	return p
}

// problem ends the reading at the token being read.
func (s *scanner) problem(code, field, value string) *Problem {
	p := &Problem{Line: s.line, Column: s.column, Field: field, Value: shown(value), Code: code}
	if field != "" {
		p.Line, p.Column = attribute(s.src.token, field, s.line, s.column)
	}
	return p
}

func (s *scanner) start(t xml.StartElement) error {
	if len(t.Attr) > maxAttributes {
		return s.problem("too-many-attributes", "", "")
	}
	for i := range t.Attr {
		for j := range i {
			if t.Attr[i].Name == t.Attr[j].Name {
				return s.problem("attribute-twice", t.Attr[i].Name.Local, "")
			}
		}
	}
	s.text.Reset()
	switch t.Name.Local {
	case "Melding":
		return s.melding(t)
	case "Institusjon":
		return s.institutionStart(t)
	case "Enhet":
		s.unit(t)
	case "Objektholder":
		return s.holderStart(t)
	case "Pasient":
		if s.holder && s.row == nil {
			s.attributes(&s.who, t)
		}
	case "Henvisning", "Henvisningsperiode", "HenvisningsPeriode":
		if !s.seen {
			return s.problem("no-message", "", "")
		}
		return s.period(t)
	case "RefEnhet":
		if s.row != nil {
			s.refer(t)
		}
	case "Utsettelse":
		if s.row != nil {
			s.postponement(t)
		}
	case "Tidspunkt":
		if s.row != nil {
			s.time(t)
		}
	default:
		if s.seen && t.Name.Local != "Kontaktperson" {
			s.unknown(t.Name.Local)
		}
	}
	return nil
}

// unknown counts what nobody asked for.
func (s *scanner) unknown(name string) {
	if len(name) > 100 {
		name = name[:100]
	}
	if _, have := s.m.Unknown[name]; have || len(s.m.Unknown) < 200 {
		s.m.Unknown[name]++
	}
}

func (s *scanner) melding(t xml.StartElement) error {
	if s.seen {
		return s.problem("second-root", "", "")
	}
	s.seen = true
	m := s.m
	if i := strings.LastIndexByte(t.Name.Space, '_'); strings.Contains(t.Name.Space, "npr.no/xmlstds/") && i >= 0 {
		m.Module = t.Name.Space[i+1:]
		if m.Module != "ord" {
			return &Problem{Line: s.line, Column: s.column, Code: "other-module", Value: shown(m.Module)}
		}
	}
	for _, a := range t.Attr {
		bad := ""
		date := func(d *day.Day) {
			got, ok := readDay(strings.TrimSpace(a.Value))
			if *d = got; !ok {
				bad = "not-a-date"
			}
		}
		switch strings.ToLower(a.Name.Local) {
		case "versjon":
			m.Version = clip(a.Value)
		case "meldingstype":
			m.Kind = clip(a.Value)
		case "fradatoperiode":
			date(&m.In.From)
		case "tildatoperiode":
			date(&m.In.To)
		case "uttakdato":
			var on day.Day
			if date(&on); bad == "" && m.Made.IsZero() {
				y, month, d := on.Date()
				m.Made = time.Date(y, time.Month(month), d, 0, 0, 0, 0, oslo)
			}
		case "uttaktidspunkt":
			at, ok := readMoment(strings.TrimSpace(a.Value))
			if !ok {
				bad = "not-a-moment"
			} else {
				m.Made = at.Time()
			}
		case "lopenr":
			if _, err := strconv.ParseInt(strings.TrimSpace(a.Value), 10, 64); err != nil {
				bad = "not-a-number"
			} else if n, err := strconv.Atoi(strings.TrimSpace(a.Value)); err == nil {
				m.Number = n
			}
		case "lokalident":
			m.Local = clip(a.Value)
		case "navnepj":
			m.System = clip(a.Value)
		case "versjonepj":
			m.SystemVersion = clip(a.Value)
		}
		if bad != "" {
			return s.problem(bad, a.Name.Local, a.Value)
		}
	}
	if s.started != nil {
		s.started(&m.Head)
	}
	return nil
}

func clip(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "")
	}
	return s
}

func get(t xml.StartElement, names ...string) string {
	for _, a := range t.Attr {
		for _, n := range names {
			if strings.EqualFold(a.Name.Local, n) {
				return clip(a.Value)
			}
		}
	}
	return ""
}

func (s *scanner) institutionStart(t xml.StartElement) error {
	s.institution, s.trust, s.units = get(t, "institusjonID"), get(t, "foretakID", "foretak"), make(map[string]Unit)
	if !s.seen {
		return s.problem("no-message", "", "")
	}
	if s.institution == "" {
		return s.problem("institution-missing", "", "")
	}
	if len(s.m.Institutions) == 0 {
		s.m.Institution, s.m.Trust = s.institution, s.trust
	}
	if len(s.m.Institutions) < 1000 {
		s.m.Institutions = append(s.m.Institutions, s.institution)
	}
	return nil
}

func (s *scanner) unit(t xml.StartElement) {
	u := Unit{ID: get(t, "enhetID"), OrgNr: get(t, "orgNr"), ResHID: get(t, "reshID"), OfficialCode: get(t, "offAvdKode"), Name: get(t, "enhetLokal"), Sector: get(t, "sektor")}
	if u.ID == "" || s.units == nil || len(s.units) >= 100000 {
		return
	}
	s.units[u.ID] = u
	if len(s.m.Units) < 100000 && len(s.m.Institutions) == 1 {
		s.m.Units = append(s.m.Units, u)
	}
}

func (s *scanner) holderStart(t xml.StartElement) error {
	if s.holder || !s.seen {
		return s.problem("malformed", "", "")
	}
	s.holder, s.who, s.rows = true, Row{Line: s.line, Column: s.column}, s.rows[:0]
	s.attributes(&s.who, t)
	if s.who.Patient == "" {
		return s.problem("no-patient", "", "")
	}
	s.m.Patients++
	if !s.patients.add(s.hash(s.institution, s.who.Patient)) {
		s.who.Problems = append(s.who.Problems, &Problem{Line: s.line, Column: s.column, Field: "pasientNr", Code: "patient-twice"})
	}
	return nil
}

// attributes reads the fields that stand as attributes of an element into a row.
func (s *scanner) attributes(row *Row, t xml.StartElement) {
	for i := range t.Attr {
		a := &t.Attr[i]
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || a.Name.Space == "http://www.w3.org/2001/XMLSchema-instance" {
			continue
		}
		f, known := s.n.attr[strings.ToLower(a.Name.Local)]
		if !known {
			if s.flat(row, t, a) {
				continue
			}
			if eleven(a.Value) {
				row.Problems = append(row.Problems, s.fieldProblem(row, a, "identity-number"))
			}
			s.unknown(t.Name.Local + "@" + a.Name.Local)
			continue
		}
		if f == fPostponedOn || f == fPostponedCode || f == fTimeType || f == fTimeAt {
			s.several(row, f, a)
			continue
		}
		was := row.value(f)
		if code := row.set(f, a.Value); code != "" {
			row.Problems = append(row.Problems, s.fieldProblem(row, a, code))
			continue
		}
		if now := row.value(f); was != "" && now != was {
			row.Problems = append(row.Problems, s.fieldProblem(row, a, "contradicts"))
		}
		if f != fInstitution && f != fTrust && eleven(a.Value) {
			row.Problems = append(row.Problems, s.fieldProblem(row, a, "identity-number"))
		}
	}
}

// eleven tells whether a text is a national identity number: never to stand in this message.
func eleven(v string) bool {
	if len(v) != 11 {
		return false
	}
	for i := range 11 {
		if v[i] < '0' || v[i] > '9' {
			return false
		}
	}
	id, err := patient.Identify(v)
	return err == nil && id.Kind != patient.OrgNr
}

func (s *scanner) fieldProblem(row *Row, a *xml.Attr, code string) *Problem {
	p := s.problem(code, a.Name.Local, a.Value)
	if p.Row = shown(row.ID); code == "identity-number" {
		p.Value = ""
	}
	return p
}

// flat reads what deliveries have in numbered attributes, utsettKode21 and utsettDato21, typeTidspunkt_1 and tidspunkt_1.
func (s *scanner) flat(row *Row, t xml.StartElement, a *xml.Attr) bool {
	name := strings.ToLower(a.Name.Local)
	base := strings.TrimRight(name, "0123456789")
	suffix := name[len(base):]
	if suffix == "" || a.Value == "" {
		return base == "utsettdato" || base == "utsettkode"
	}
	switch base {
	case "utsettdato":
		on, ok := readDay(strings.TrimSpace(a.Value))
		if !ok {
			row.Problems = append(row.Problems, s.fieldProblem(row, a, "not-a-date"))
			return true
		}
		code := suffix // the suffix is the code, unless a field beside it says otherwise
		if c := get(t, "utsettKode"+suffix); c != "" {
			code = c
		}
		row.Postponements = append(row.Postponements, Postponement{on, code})
	case "utsettkode":
		if get(t, "utsettDato"+suffix) == "" {
			row.Postponements = append(row.Postponements, Postponement{Code: clip(a.Value)})
		}
	case "typetidspunkt_":
		at, _ := readMoment(get(t, "tidspunkt_"+suffix))
		row.Times = append(row.Times, Time{clip(a.Value), at})
	case "tidspunkt_":
	default:
		return false
	}
	return true
}

// several reads one attribute of what there may be more of; several values in one attribute are parted by |.
func (s *scanner) several(row *Row, f field, a *xml.Attr) {
	for i, v := range strings.Split(a.Value, "|") {
		if v = strings.TrimSpace(v); v == "" || i >= 100 {
			continue
		}
		if code := row.setAt(f, i, v); code != "" {
			row.Problems = append(row.Problems, s.fieldProblem(row, a, code))
		}
	}
}

// setAt sets the i-th postponement or time stamp.
func (p *Period) setAt(f field, i int, v string) string {
	switch f {
	case fPostponedOn, fPostponedCode:
		for len(p.Postponements) <= i {
			p.Postponements = append(p.Postponements, Postponement{})
		}
		if f == fPostponedCode {
			p.Postponements[i].Code = clip(v)
			return ""
		}
		on, ok := readDay(v)
		if !ok {
			return "not-a-date"
		}
		p.Postponements[i].On = on
	case fTimeType, fTimeAt:
		for len(p.Times) <= i {
			p.Times = append(p.Times, Time{})
		}
		if f == fTimeType {
			p.Times[i].Type = clip(v)
			return ""
		}
		at, ok := readMoment(v)
		if !ok {
			return "not-a-moment"
		}
		p.Times[i].At = at
	}
	return ""
}

func (s *scanner) period(t xml.StartElement) error {
	if s.row != nil || !s.holder {
		return s.problem("malformed", "", "")
	}
	if len(s.rows) >= maxPeriods {
		return s.problem("too-many-periods", "", "")
	}
	s.rows = append(s.rows, Row{Line: s.line, Column: s.column})
	s.row = &s.rows[len(s.rows)-1]
	s.row.ID = get(t, append([]string{s.n.all[fID].Name}, s.n.all[fID].Also...)...) // first, so that what is wrong with the others names the row
	s.attributes(s.row, t)
	switch {
	case s.row.ID == "":
		s.row.Problems = append(s.row.Problems, s.problem("id-missing", "", ""))
	case !s.ids.add(s.hash(s.institution, s.row.ID)):
		p := s.problem("id-twice", s.n.all[fID].Name, s.row.ID)
		p.Row = shown(s.row.ID)
		s.row.Problems = append(s.row.Problems, p)
	}
	return nil
}

func (s *scanner) hash(a, b string) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.WriteString(a)
	h.WriteByte(0)
	h.WriteString(b)
	return h.Sum64()
}

// refer reads which unit a period belongs to.
func (s *scanner) refer(t xml.StartElement) {
	id, kind := get(t, "enhetID"), get(t, "typeEnhet")
	u, known := s.units[id]
	resh := id
	if known && u.ResHID != "" {
		resh = u.ResHID
	}
	if known && u.OfficialCode != "" && s.row.DepartmentCode == "" {
		s.row.DepartmentCode = u.OfficialCode
	}
	switch kind {
	case s.n.all[fSite].Name:
		if s.row.Site = id; known && u.OrgNr != "" {
			s.row.Site = u.OrgNr
		}
		if s.row.Sector == "" {
			s.row.Sector = u.Sector
		}
	case s.n.all[fDepartment].Name:
		s.row.Department = resh
	case s.n.all[fUnit].Name:
		s.row.Unit = resh
	case s.n.all[fServiceUnit].Name:
		s.row.ServiceUnit = resh
	default:
		if _, ok := lists()["8476"][kind]; !ok {
			s.unknown("RefEnhet@typeEnhet " + kind)
		}
	}
}

func (s *scanner) postponement(t xml.StartElement) {
	i := len(s.row.Postponements)
	s.row.Postponements = append(s.row.Postponements, Postponement{})
	for k := range t.Attr {
		a := &t.Attr[k]
		f, known := s.n.attr[strings.ToLower(a.Name.Local)]
		if !known || f != fPostponedOn && f != fPostponedCode {
			s.unknown("Utsettelse@" + a.Name.Local)
			continue
		}
		if code := s.row.setAt(f, i, strings.TrimSpace(a.Value)); code != "" {
			s.row.Problems = append(s.row.Problems, s.fieldProblem(s.row, a, code))
		}
	}
}

func (s *scanner) time(t xml.StartElement) {
	i := len(s.row.Times)
	s.row.Times = append(s.row.Times, Time{})
	for k := range t.Attr {
		a := &t.Attr[k]
		f, known := s.n.attr[strings.ToLower(a.Name.Local)]
		if !known || f != fTimeType && f != fTimeAt {
			s.unknown("Tidspunkt@" + a.Name.Local)
			continue
		}
		if code := s.row.setAt(f, i, strings.TrimSpace(a.Value)); code != "" {
			s.row.Problems = append(s.row.Problems, s.fieldProblem(s.row, a, code))
		}
	}
}

func (s *scanner) end(name string) error {
	switch name {
	case "Henvisning", "Henvisningsperiode", "HenvisningsPeriode":
		s.row = nil
	case "Objektholder":
		s.holder = false
		if len(s.rows) == 0 && len(s.who.Problems) > 0 {
			return s.who.Problems[0]
		}
		for i := range s.rows {
			row := &s.rows[i]
			row.Patient = s.who.Patient
			if row.Sex == "" {
				row.Sex = s.who.Sex
			}
			if row.BirthYear == 0 {
				row.BirthYear = s.who.BirthYear
			}
			if row.Municipality == "" {
				row.Municipality = s.who.Municipality
			}
			row.Institution, row.Trust = s.institution, s.trust
			if i == 0 && len(s.who.Problems) > 0 {
				row.Problems = append(s.who.Problems, row.Problems...)
			}
			s.m.Rows++
			if err := s.fn(row); err != nil {
				return err
			}
		}
	case "MsgId":
		if !s.seen && len(s.path) <= 2 {
			s.m.ID = clip(s.text.String())
		}
	case "RefToParent":
		s.m.Parent = clip(s.text.String())
	case "RefToConversation":
		s.m.Thread = clip(s.text.String())
	}
	return nil
}
