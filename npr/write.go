package npr

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"rettid/day"
)

// Version is the edition of the registry's information model that is written.
const Version = "58.0.1"

// The namespaces of a message. That of the module for activity and waiting lists follows the pattern of the modules whose names are public.
const (
	nsMsgHead = "http://www.kith.no/xmlstds/msghead/2006-05-24"
	nsModule  = "http://www.npr.no/xmlstds/58_0_1_"
	oid       = "2.16.578.1.12.4.1.1."
)

// An Org is a sender or a receiver of a message.
type Org struct{ Name, OrgNr, HERID string }

// A Contact is whom the registry asks about the message.
type Contact struct{ Name, Phone, Email string }

// A Unit is one line of an institution's organisation: what the periods refer to by ID.
type Unit struct {
	ID           string // enhetID, unique at the institution
	OrgNr        string // of a treatment site
	ResHID       string // of a department or a unit within
	OfficialCode string // offAvdKode
	Name         string // enhetLokal
	Sector       string
}

// A Head is what stands above the periods of a message.
type Head struct {
	Version        string // Version when empty
	Kind           string // list 7371: B, a batch, when empty
	In             day.Period
	Made           time.Time // when the extract was begun
	Number         int       // lopenr: one more for each message of the institution in the year
	ID             string    // MsgId
	Local          string    // lokalident: free for the sender
	Parent, Thread string    // of a resubmission: the message before, and the first
	Test           bool      // a training message (ProcessingStatus T)
	System         string    // the program and its version
	SystemVersion  string
	Sender         Org
	Receiver       Org
	Contact        Contact
	Institution    string // organisation number
	Trust          string // organisation number of the trust that is responsible
	Units          []Unit
	KnownOn        day.Day // what had been recorded by then; in our own files alone, in lokalident
}

// A Writer writes one message. Periods of one patient stand together, so they must come in order of patient; what is held in memory does not grow with them.
type Writer struct {
	w       io.Writer
	n       *Names
	b       []byte
	head    *Head
	patient string
	opened  bool // an Objektholder stands open
	closed  bool
	err     error
	rows    int
}

const flushAt = 1 << 16

// NewWriter begins a message.
func NewWriter(w io.Writer, h *Head, n *Names) *Writer {
	x := &Writer{w: w, n: n, head: h, b: make([]byte, 0, flushAt+1<<14)}
	x.begin("ord", "NPR_ORD", "Den vanlige NPR-meldingen")
	return x
}

// begin writes everything above the first patient.
func (x *Writer) begin(module, kind, kindName string) {
	h := x.head
	version, batch := h.Version, h.Kind
	if version == "" {
		version = Version
	}
	if batch == "" {
		batch = "B"
	}
	made := h.Made.In(oslo).Format("2006-01-02T15:04:05")
	x.s(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<MsgHead xmlns="` + nsMsgHead + `">` + "\n<MsgInfo>\n" + `<Type V="` + kind + `" DN="` + kindName + `"/>` +
		"\n<MIGversion>v1.2 2006-05-24</MIGversion>\n<GenDate>" + made + "</GenDate>\n<MsgId>")
	x.t(h.ID)
	x.s("</MsgId>\n")
	if h.Test {
		x.s(`<ProcessingStatus V="T" DN="Opplæring"/>` + "\n")
	}
	x.s(`<Ack V="J" DN="Ja"/>` + "\n")
	if h.Parent != "" {
		x.s("<ConversationRef><RefToParent>")
		x.t(h.Parent)
		x.s("</RefToParent><RefToConversation>")
		x.t(first(h.Thread, h.Parent))
		x.s("</RefToConversation></ConversationRef>\n")
	}
	x.org("Sender", h.Sender)
	x.org("Receiver", h.Receiver)
	x.s("</MsgInfo>\n<Document>\n<RefDoc>\n<IssueDate V=\"" + made[:10] + `"/>` + "\n" + `<MsgType V="XML" DN="XML-instans"/>` + "\n<Content>\n" + `<Melding xmlns="` + nsModule + module + `"`)
	x.a("versjon", version)
	x.a("meldingstype", batch)
	x.a("fraDatoPeriode", h.In.From.String())
	x.a("tilDatoPeriode", h.In.To.String())
	x.a("uttakDato", made[:10])
	x.a("uttakTidspunkt", made)
	x.a("leverandor", first(h.System, "Rettid"))
	x.a("navnEPJ", first(h.System, "Rettid"))
	x.a("versjonEPJ", first(h.SystemVersion, "-"))
	x.a("versjonUt", first(h.SystemVersion, "-"))
	x.a("lopenr", strconv.Itoa(h.Number))
	if h.Local != "" {
		x.a("lokalident", h.Local)
	}
	x.s(">\n")
	if c := h.Contact; c != (Contact{}) {
		x.s("<Kontaktperson")
		x.a("kontPerson", c.Name)
		x.a("meldTelefon", c.Phone)
		x.a("meldEpost1", c.Email)
		x.a("typeKontaktperson", "7") // 8471: waiting-list statistics
		x.s("/>\n")
	}
	x.s("<Institusjon")
	x.a("institusjonID", h.Institution)
	if h.Trust != "" {
		x.a("foretakID", h.Trust)
	}
	x.s(">\n")
	if module != "ord" {
		return
	}
	for _, u := range h.Units {
		x.s("<Enhet")
		x.a("enhetID", u.ID)
		for _, v := range [...][2]string{{"orgNr", u.OrgNr}, {"enhetLokal", u.Name}, {"offAvdKode", u.OfficialCode}, {"reshID", u.ResHID}, {"sektor", u.Sector}} {
			if v[1] != "" {
				x.a(v[0], v[1])
			}
		}
		x.s("/>\n")
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// org writes who sends or receives: identifiers of list 9051.
func (x *Writer) org(role string, o Org) {
	x.s("<" + role + "><Organisation><OrganisationName>")
	x.t(o.Name)
	x.s("</OrganisationName>")
	ident := func(id, kind, name string) {
		x.s("<Ident><Id>")
		x.t(id)
		x.s(`</Id><TypeId V="` + kind + `" S="` + oid + `9051" DN="` + name + `"/></Ident>`)
	}
	if o.OrgNr != "" || o.HERID == "" {
		ident(o.OrgNr, "ENH", "Organisasjonsnummer")
	}
	if o.HERID != "" {
		ident(o.HERID, "HER", "HER-id")
	}
	x.s("</Organisation></" + role + ">\n")
}

// Rows is how many periods have been written.
func (x *Writer) Rows() int { return x.rows }

// Write adds a period. Those of one patient must come one after the other.
func (x *Writer) Write(p *Period) error {
	if x.err != nil {
		return x.err
	}
	if x.closed {
		return errors.New("npr: the message has been ended")
	}
	if p.Patient == "" {
		return fmt.Errorf("npr: the period %s has no pasientNr: give every patient one", p.ID)
	}
	if !x.opened || p.Patient != x.patient {
		x.openPatient(p.Patient, p.Sex, p.BirthYear)
	}
	x.b = x.n.appendPeriod(x.b, p)
	x.rows++
	if len(x.b) >= flushAt {
		x.flush()
	}
	return x.err
}

// appendPeriod writes the element of a period, with its units, postponements and time stamps within.
func (n *Names) appendPeriod(b []byte, p *Period) []byte {
	b = append(b, "<Henvisning"...)
	for f := fID; f <= fBorough; f++ {
		if s := p.text(f); s != nil {
			if *s != "" {
				b = append(b, n.prefix[f]...)
				b = append(appendEscaped(b, *s), '"')
			}
		} else if d := p.date(f); d != nil && !d.IsZero() {
			b = append(b, n.prefix[f]...)
			b, _ = d.AppendText(b)
			b = append(b, '"')
		}
	}
	if p.Site == "" && p.Department == "" && p.Unit == "" && p.ServiceUnit == "" && len(p.Postponements) == 0 && len(p.Times) == 0 {
		return append(b, "/>\n"...)
	}
	b = append(b, '>')
	b = n.appendUnit(b, fSite, p.Site)
	b = n.appendUnit(b, fDepartment, p.Department)
	b = n.appendUnit(b, fUnit, p.Unit)
	b = n.appendUnit(b, fServiceUnit, p.ServiceUnit)
	for _, u := range p.Postponements {
		b = append(append(b, "<Utsettelse"...), n.prefix[fPostponedOn]...)
		b, _ = u.On.AppendText(b)
		b = append(append(b, '"'), n.prefix[fPostponedCode]...)
		b = append(appendEscaped(b, u.Code), `"/>`...)
	}
	for _, t := range p.Times {
		b = append(append(b, "<Tidspunkt"...), n.prefix[fTimeType]...)
		b = append(appendEscaped(b, t.Type), '"')
		b = append(append(b, n.prefix[fTimeAt]...), t.At.String()...)
		b = append(b, `"/>`...)
	}
	return append(b, "</Henvisning>\n"...)
}

func (n *Names) appendUnit(b []byte, f field, id string) []byte {
	if id == "" {
		return b
	}
	b = append(b, `<RefEnhet enhetID="`...)
	b = append(appendEscaped(b, id), `" typeEnhet="`...)
	return append(append(b, n.all[f].Name...), `"/>`...)
}

// openPatient ends the patient before and begins the next.
func (x *Writer) openPatient(number, sex string, born int) {
	x.endPatient()
	x.s("<Objektholder")
	x.field(fPatient, number)
	x.s(">\n<Pasient")
	x.field(fPatient, number)
	if sex != "" {
		x.field(fSex, sex)
	}
	if born != 0 {
		x.b = append(x.b, x.n.prefix[fBirthYear]...)
		x.b = append(strconv.AppendInt(x.b, int64(born), 10), '"')
	}
	x.s("/>\n")
	x.patient, x.opened = number, true
}

func (x *Writer) endPatient() {
	if x.opened {
		x.s("</Objektholder>\n")
		x.opened = false
	}
}

// Close ends the message. It does not close what is written to.
func (x *Writer) Close() error {
	if x.err != nil || x.closed {
		return x.err
	}
	x.closed = true
	x.endPatient()
	x.s("</Institusjon>\n</Melding>\n</Content>\n</RefDoc>\n</Document>\n</MsgHead>\n")
	x.flush()
	return x.err
}

func (x *Writer) flush() {
	if x.err == nil {
		if _, err := x.w.Write(x.b); err != nil {
			x.err = fmt.Errorf("write the message: %w", err)
		}
	}
	x.b = x.b[:0]
}

func (x *Writer) s(s string) { x.b = append(x.b, s...) }
func (x *Writer) t(s string) { x.b = appendEscaped(x.b, s) }

func (x *Writer) a(name, value string) {
	x.b = append(append(append(x.b, ' '), name...), `="`...)
	x.b = append(appendEscaped(x.b, value), '"')
}

func (x *Writer) field(f field, value string) {
	x.b = append(x.b, x.n.prefix[f]...)
	x.b = append(appendEscaped(x.b, value), '"')
}

// appendEscaped writes text into an attribute or an element. What XML can't hold becomes the replacement character: a reader sees that something stood there.
func appendEscaped(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' {
			return appendRunes(append(b, s[:i]...), s[i:])
		}
	}
	return append(b, s...)
}

func appendRunes(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '"':
			b = append(b, "&#34;"...)
		case r == '\'':
			b = append(b, "&#39;"...)
		case r == '\t':
			b = append(b, "&#9;"...)
		case r == '\n':
			b = append(b, "&#10;"...)
		case r == '\r':
			b = append(b, "&#13;"...)
		case r < ' ' || r == 0xFFFE || r == 0xFFFF:
			b = append(b, "\uFFFD"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// An Identity says who a pasientNr is. It goes in a message of its own (NPR_IDE) and nowhere else.
type Identity struct {
	Patient string // pasientNr
	Number  string
	Kind    string // list 8116: FNR, DNR, FHN, HNR
}

// WriteIdentities writes the identity message that belongs to a message of periods. The attributes of Pasient in it are not settled by an open schema.
func WriteIdentities(w io.Writer, h *Head, each func(yield func(Identity) error) error) error {
	x := &Writer{w: w, n: DefaultNames(), head: h}
	x.begin("ide", "NPR_IDE", "Innrapportering av data for identifikasjon av person")
	err := each(func(id Identity) error {
		x.s("<Objektholder")
		x.field(fPatient, id.Patient)
		x.s("><Pasient")
		x.field(fPatient, id.Patient)
		x.a("ident", id.Number)
		x.a("typeID", id.Kind)
		x.s("/></Objektholder>\n")
		if len(x.b) >= flushAt {
			x.flush()
		}
		return x.err
	})
	if err != nil {
		return err
	}
	return x.Close()
}

// oslo is where the clock of a message stands.
var oslo = func() *time.Location {
	l, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic("npr: " + err.Error()) // package day embeds the zones
	}
	return l
}()
