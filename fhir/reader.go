package fhir

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"

	"rettid/clinic"
	"rettid/day"
	"rettid/intake"
	"rettid/law"
	"rettid/patient"
)

// Options say what the resources alone do not.
type Options struct {
	Policy    patient.Policy
	Org       *clinic.Org
	At        string     // the provider of referrals that name none we know
	Specialty string     // of referrals with no code of list 8451
	Now       day.Moment // the reception of a referral without mottattDato: it is received by being read
}

// A Reader reads ServiceRequests as referrals. It implements [intake.Reader].
//
// Patients and organisations are read first, wherever in the file they stand, and kept; the rest goes through one by one.
type Reader struct {
	Skipped map[string]int // resources left out, by kind

	o     Options
	c     cursor
	isXML bool
	index *index
	in    string // the Bundle of the referral being read
}

// index is what references can point at: by the Bundle they stand in when the file has several, and by reference. Two that differ under one reference are
// ambiguous and found by nobody: the wrong patient is worse than none.
type index struct {
	patients map[string]*known
	parties  map[string]*Party
	raw      map[string][32]byte // digests, to tell a repetition from a contradiction
}

// known is a patient with the entry it came in, for the file of rejects.
type known struct {
	patient *Patient
	entry   []byte
}

func (x *index) patient(in, ref string) *known {
	if p, ok := x.patients[in+key(ref)]; ok || in == "" {
		return p
	}
	return x.patients[key(ref)]
}

func (x *index) party(in, ref string) *Party {
	if p, ok := x.parties[in+key(ref)]; ok || in == "" {
		return p
	}
	return x.parties[key(ref)]
}

// key shortens a reference to what tells it from others: urn:uuid:… as it is, and Patient/1 without server and version.
func key(ref string) string {
	if strings.HasPrefix(ref, "urn:") {
		return strings.ToLower(ref)
	}
	ref, _, _ = strings.Cut(ref, "/_history/")
	parts := strings.Split(ref, "/")
	if n := len(parts); n > 2 {
		return parts[n-2] + "/" + parts[n-1]
	}
	return ref
}

// NewReader begins reading a file. An error says why it is not FHIR R4.
func NewReader(f io.ReadSeeker, o Options) (*Reader, error) {
	r := &Reader{o: o, Skipped: make(map[string]int), index: newIndex()}
	c, _, err := open(f)
	if err != nil {
		return nil, err
	}
	for {
		e, err := c.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if e.bad == nil {
			r.index.add(&e)
		}
	}
	r.c, r.isXML, err = open(f)
	return r, err
}

func newIndex() *index {
	return &index{patients: make(map[string]*known), parties: make(map[string]*Party), raw: make(map[string][32]byte)}
}

// add keeps what references may point at.
func (x *index) add(e *entry) {
	digest := sha256.Sum256(e.raw)
	put := func(id Str, do func(key string, twice bool)) {
		at := make(map[string]bool)
		if e.url != "" {
			at[e.in+key(e.url)] = true
		}
		if id != "" {
			at[e.in+e.kind+"/"+string(id)] = true
		}
		for k := range at {
			before, seen := x.raw[k]
			x.raw[k] = digest
			do(k, seen && before != digest)
		}
	}
	switch e.kind {
	case "Patient":
		p := new(Patient)
		if e.decode(p) == nil {
			k := &known{p, e.whole()}
			put(p.ID, func(at string, twice bool) {
				if x.patients[at] = k; twice {
					x.patients[at] = nil
				}
			})
		}
	case "Organization", "HealthcareService", "PractitionerRole", "Practitioner":
		p := new(Party)
		if e.decode(p) == nil {
			put(p.ID, func(at string, twice bool) {
				if x.parties[at] = p; twice {
					x.parties[at] = nil
				}
			})
		}
	}
}

// whole is the entry as it stands in a Bundle.
func (e *entry) whole() []byte {
	var b bytes.Buffer
	if e.xml {
		b.WriteString("<entry>")
		if e.url != "" {
			b.WriteString(`<fullUrl value="`)
			xml.EscapeText(&b, []byte(e.url))
			b.WriteString(`"/>`)
		}
		fmt.Fprintf(&b, "<resource>%s</resource></entry>", e.raw)
		return b.Bytes()
	}
	if !json.Valid(e.raw) {
		return nil
	}
	b.WriteByte('{')
	if e.url != "" {
		url, _ := json.Marshal(e.url)
		fmt.Fprintf(&b, `"fullUrl":%s,`, url)
	}
	b.WriteString(`"resource":`)
	json.Compact(&b, e.raw)
	b.WriteByte('}')
	return b.Bytes()
}

// Next reads the next ServiceRequest as an item.
func (r *Reader) Next() (intake.Item, error) {
	for {
		e, err := r.c.next()
		if err != nil {
			return intake.Item{}, err
		}
		it := intake.Item{Line: e.line, Names: element}
		if e.bad != nil {
			if it.Raw = e.whole(); it.Raw == nil {
				it.Raw = e.raw
			}
			return it, &intake.Problem{Code: "fhir_unreadable", Args: []any{e.bad.Error()}}
		}
		switch e.kind {
		case "ServiceRequest":
		case "Patient", "Organization", "HealthcareService", "PractitionerRole", "Practitioner", "OperationOutcome":
			continue
		default:
			r.Skipped[e.kind]++
			continue
		}
		sr := new(ServiceRequest)
		r.in = e.in
		it.Raw = e.whole()
		if err := e.decode(sr); err != nil {
			var shape *json.UnmarshalTypeError
			field := "ServiceRequest"
			if errors.As(err, &shape) && shape.Field != "" {
				field += "." + shape.Field
			}
			return it, &intake.Problem{Field: field, Code: "fhir_shape", Norm: "FHIR R4"}
		}
		if sr.Subject != nil {
			// Whoever mends the referral needs the patient beside it.
			if k := r.index.patient(e.in, string(sr.Subject.Reference)); k != nil {
				it.Raw = append(append(bytes.Clone(k.entry), separator(it.Raw)...), it.Raw...)
			}
		}
		if p := r.item(sr, &it); p != nil {
			return it, p
		}
		return it, nil
	}
}

// elements are the places of fields in a ServiceRequest.
var elements = map[string]string{
	"external_id": "ServiceRequest.identifier", "received": "ServiceRequest.extension(no-mottatt-dato)", "at": "ServiceRequest.performer", "patient_id": "ServiceRequest.subject",
	"born": "Patient.birthDate", "first_received": "ServiceRequest.extension(no-ansiennitets-dato)", "assessed": "ServiceRequest.extension(no-vurdert-dato)",
	"deadline": "ServiceRequest.extension(no-frist-for-helsehjelp)", "outcome": "ServiceRequest.extension(servicerequest-statusReason)", "assess_by": "ServiceRequest.extension(no-frist-for-vurdering)",
	"ended": "ServiceRequest.status", "end_code": "ServiceRequest.status", "started": "ServiceRequest.status",
}

func element(field string) string {
	if e, ok := elements[field]; ok {
		return e
	}
	return field
}

var uuid = regexp.MustCompile(`^(urn:uuid:)?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// item makes an item of a ServiceRequest. The problem names the element and the rule it breaks.
func (r *Reader) item(sr *ServiceRequest, it *intake.Item) *intake.Problem {
	must := func(element, code string, args ...any) *intake.Problem {
		return &intake.Problem{Field: "ServiceRequest." + element, Code: code, Norm: profile, Args: args}
	}
	claims := false
	for _, p := range sr.Meta.Profile {
		claims = claims || strings.Split(string(p), "|")[0] == profileSR
	}

	if len(sr.Identifier) == 0 {
		return must("identifier", "fhir_min")
	}
	for i, id := range sr.Identifier {
		switch {
		case id.System == "":
			return must(fmt.Sprintf("identifier[%d].system", i), "fhir_min")
		case id.Value == "":
			return must(fmt.Sprintf("identifier[%d].value", i), "fhir_min")
		}
		if it.External == "" && uuid.MatchString(string(id.Value)) {
			it.External = strings.ToLower(strings.TrimPrefix(string(id.Value), "urn:uuid:"))
		}
	}
	if it.External == "" {
		if claims {
			return must("identifier.value", "fhir_uuid")
		}
		it.External = string(sr.Identifier[0].System) + "|" + string(sr.Identifier[0].Value)
	}

	switch sr.Status {
	case "active", "completed":
	case "":
		return must("status", "fhir_min")
	case "draft", "on-hold", "revoked", "entered-in-error", "unknown":
		return must("status", "fhir_status", string(sr.Status))
	default:
		return must("status", "fhir_fixed", clip(sr.Status), "active")
	}
	if sr.Intent != "order" {
		if sr.Intent == "" {
			return must("intent", "fhir_min")
		}
		return must("intent", "fhir_fixed", clip(sr.Intent), "order")
	}
	switch sr.Priority {
	case "routine":
	case "urgent":
		it.Urgent = true
	case "stat":
		it.Kind = law.Emergency
	case "":
		return must("priority", "fhir_min")
	default:
		p := must("priority", "fhir_fixed", clip(sr.Priority), "routine, urgent, stat")
		p.Norm += ": PriorityUrgentOrRoutineOrStat"
		return p
	}
	if n := len(sr.PerformerType.Coding); n > 0 {
		ok := false
		for _, c := range sr.PerformerType.Coding {
			ok = ok || list(c.System) == "9060" || c.System == "http://snomed.info/sct"
		}
		if !ok {
			return must("performerType", "fhir_binding", "serviceRequest-performerType-vs")
		}
	}
	switch code("9146", append(append([]CodeableConcept{sr.Code}, sr.Category...), sr.OrderDetail...)...) {
	case "4", "5":
		it.Kind = law.Internal
	}

	if p := r.subject(sr, it, must); p != nil {
		return p
	}
	r.requester(sr, it)
	if p := r.provider(sr, it); p != nil {
		return p
	}
	it.Specialty = r.o.Specialty
	if c := code("8451", append(append(append(append([]CodeableConcept{sr.Code, sr.PerformerType}, sr.OrderDetail...), sr.Category...), sr.ReasonCode...), sr.LocationCode...)...); c != "" {
		s, ok := clinic.SpecialtyByCode(c)
		if !ok {
			return &intake.Problem{Field: "ServiceRequest.code", Code: "fhir_code", Norm: "8451", Args: []any{clip(Str(c))}}
		}
		if own, ok := clinic.SpecialtyByKey(r.o.Specialty); !ok || own.Code != s.Code {
			it.Specialty = s.Key
		}
	}
	it.Diagnosis = strings.ToUpper(icd10(sr.ReasonCode))
	var notes []string
	for _, n := range sr.Note {
		if n.Text != "" {
			notes = append(notes, string(n.Text))
		}
	}
	it.Text = strings.Join(notes, "\n\n")
	return r.dates(sr, it, must)
}

// clip keeps a value in a message short, and without line breaks.
func clip(s Str) string {
	out := strings.Join(strings.Fields(string(s)), " ")
	if len(out) > 40 {
		out = strings.ToValidUTF8(out[:40], "") + "…"
	}
	return out
}

type maker func(element, code string, args ...any) *intake.Problem

// dates reads the extensions.
func (r *Reader) dates(sr *ServiceRequest, it *intake.Item, must maker) *intake.Problem {
	var status *CodeableConcept
	seen := make(map[string]bool)
	into := map[string]*day.Moment{"no-ansiennitets-dato": {}, "no-mottatt-dato": {}, "no-frist-for-helsehjelp": {}, "no-frist-for-vurdering": {}, "no-vurdert-dato": {}}
	for i := range sr.Extension {
		x := &sr.Extension[i]
		tail, ok := strings.CutPrefix(x.url(), extensions)
		if !ok {
			continue
		}
		at := "extension(" + tail + ")"
		m, isDate := into[tail]
		if !isDate && tail != "servicerequest-statusReason" {
			continue
		}
		if seen[tail] {
			return must(at, "fhir_max", 1)
		}
		seen[tail] = true
		if !isDate {
			if x.ValueCodeableConcept == nil {
				return must(at+".valueCodeableConcept", "fhir_min")
			}
			status = x.ValueCodeableConcept
			continue
		}
		if x.ValueDateTime == "" {
			return must(at+".valueDateTime", "fhir_min")
		}
		var err error
		if *m, err = day.ParseMoment(string(x.ValueDateTime)); err != nil {
			return &intake.Problem{Field: "ServiceRequest." + at, Code: "not_date", Norm: "FHIR R4 dateTime", Args: []any{clip(x.ValueDateTime)}}
		}
	}
	it.Received = *into["no-mottatt-dato"]
	it.FirstReceived = into["no-ansiennitets-dato"].Day
	it.AssessBy = into["no-frist-for-vurdering"].Day
	it.Assessed = into["no-vurdert-dato"].Day
	it.Deadline = into["no-frist-for-helsehjelp"].Day
	if it.Received.IsZero() {
		it.Received, it.Undated = r.o.Now, true
		it.Notes = append(it.Notes, intake.Problem{Field: "received", Code: "fhir_received_now", Args: []any{r.o.Now.Day}})
	}

	reason, end := "", ""
	if status != nil {
		reason, end = code("9148", *status), code("8445", *status)
		if reason == "" && end == "" && len(status.Coding) > 0 {
			return &intake.Problem{Field: "ServiceRequest.extension(servicerequest-statusReason)", Code: "fhir_code", Norm: "9148", Args: []any{clip(status.Coding[0].Code)}}
		}
	}
	switch reason {
	case "":
		if !it.Deadline.IsZero() {
			it.Outcome = law.Granted
		} else if !it.Assessed.IsZero() {
			return must("extension(servicerequest-statusReason)", "fhir_outcome")
		}
	case "1", "2":
		it.Outcome = law.Granted
	case "4", "11":
		it.Outcome = law.NotGranted
	case "3":
		return &intake.Problem{Field: "ServiceRequest.extension(servicerequest-statusReason)", Code: "fhir_forwarded", Norm: "9148"}
	default:
		return &intake.Problem{Field: "ServiceRequest.extension(servicerequest-statusReason)", Code: "fhir_code", Norm: "9148", Args: []any{clip(Str(reason))}}
	}
	if sr.Status != "completed" {
		return nil
	}
	if it.Outcome == law.NotGranted {
		return nil // no right closed it
	}
	// R4 has no day for the end of a request: the last change is the nearest there is.
	it.Ended, it.EndCode, it.Undated = r.o.Now.Day, end, true
	if m, err := day.ParseMoment(string(sr.Meta.LastUpdated)); err == nil && !m.Day.After(r.o.Now.Day) {
		it.Ended = m.Day
	}
	switch {
	case it.EndCode != "":
	case it.Kind == law.Emergency || it.Kind == law.Internal:
		it.EndCode = law.Handled
	default:
		it.EndCode = "9"
	}
	it.Notes = append(it.Notes, intake.Problem{Field: "ended", Code: "fhir_completed", Args: []any{it.Ended, it.EndCode}})
	return nil
}

// subject reads who the patient is: by number, by a Patient contained or in the same file, or both when they agree.
func (r *Reader) subject(sr *ServiceRequest, it *intake.Item, must maker) *intake.Problem {
	s := sr.Subject
	if s == nil {
		return must("subject", "fhir_min")
	}
	if s.Type != "" && s.Type != "Patient" {
		return must("subject.type", "fhir_fixed", clip(s.Type), "Patient")
	}
	number := ""
	if s.Identifier != nil {
		switch numbers(s.Identifier.System) {
		case sysFNR, sysDNR:
		default:
			p := must("subject.identifier.system", "fhir_subject_system")
			p.Norm += ": ValidSubjectSystemURL"
			return p
		}
		if number = string(s.Identifier.Value); number == "" {
			return must("subject.identifier.value", "fhir_min")
		}
		if bad := it.Patient.Identify(number, r.o.Policy); bad != nil {
			bad.Field = "ServiceRequest.subject.identifier.value"
			return bad
		}
	}
	if s.Reference == "" {
		if number == "" {
			return must("subject.identifier", "fhir_min")
		}
		return nil
	}
	p := r.find(sr, string(s.Reference))
	switch {
	case p == nil && number != "":
		it.Notes = append(it.Notes, intake.Problem{Field: "ServiceRequest.subject.reference", Code: "fhir_reference_left", Norm: profile})
		return nil
	case p == nil:
		return &intake.Problem{Field: "ServiceRequest.subject.reference", Code: "fhir_reference", Norm: profile}
	}
	return p.into(&it.Patient, r.o.Policy)
}

// find gives the patient a reference points at.
func (r *Reader) find(sr *ServiceRequest, ref string) *Patient {
	if id, ok := strings.CutPrefix(ref, "#"); ok {
		for _, c := range sr.Contained {
			if c.Patient != nil && string(c.Patient.ID) == id {
				return c.Patient
			}
		}
		return nil
	}
	k := r.index.patient(r.in, ref)
	if k == nil {
		return nil
	}
	return k.patient
}

// separator is what stands between entries.
func separator(raw []byte) string {
	if bytes.HasPrefix(raw, []byte("{")) {
		return ","
	}
	return ""
}

// into reads a no-basis-Patient into a person; what is known of the person from the number must agree.
func (p *Patient) into(to *intake.Person, policy patient.Policy) *intake.Problem {
	if p.BirthDate != "" {
		born, err := day.Parse(string(p.BirthDate))
		if err != nil && len(p.BirthDate) == 10 {
			return &intake.Problem{Field: "Patient.birthDate", Code: "not_date_unsaid", Norm: "FHIR R4 date"}
		}
		if !to.Born.IsZero() && !born.IsZero() && to.Born != born {
			return &intake.Problem{Field: "Patient.birthDate", Code: "born_differs"}
		}
		to.Born = born
	}
	switch p.Gender {
	case "male", "female", "other", "unknown":
		to.Sex = string(p.Gender)
	case "":
	default:
		return &intake.Problem{Field: "Patient.gender", Code: "fhir_fixed", Norm: "FHIR R4", Args: []any{"…", "male, female, other, unknown"}}
	}
	for _, n := range p.Name {
		if n.Family == "" && len(n.Given) == 0 || to.Family != "" && n.Use != "official" {
			continue
		}
		given := make([]string, len(n.Given))
		for i, g := range n.Given {
			given[i] = string(g)
		}
		for i := range n.Extension {
			if x := &n.Extension[i]; x.url() == "http://hl7.no/fhir/StructureDefinition/no-basis-middlename" && x.ValueString != "" {
				given = append(given, string(x.ValueString))
			}
		}
		to.Given, to.Family = strings.Join(given, " "), string(n.Family)
	}
	for _, t := range p.Telecom {
		if t.System == "phone" && to.Phone == "" {
			to.Phone = string(t.Value)
		}
	}
	for _, a := range p.Address {
		if to.Municipality == "" {
			to.Municipality = a.municipality()
		}
		if to.Postcode == "" && (a.PostalCode != "" || len(a.Line) > 0) {
			lines := make([]string, len(a.Line))
			for i, l := range a.Line {
				lines[i] = string(l)
			}
			to.Address, to.Postcode, to.City = strings.Join(lines, "\n"), string(a.PostalCode), string(a.City)
		}
	}
	for _, c := range p.Communication {
		for _, k := range c.Language.Coding {
			if to.Language == "" && len(k.Code) >= 2 {
				to.Language = strings.ToLower(string(k.Code[:2]))
			}
		}
	}
	return p.number(to, policy)
}

// municipality finds the municipality number of an address, in either of the two extensions.
func (a *Address) municipality() string {
	var all []Extension
	for _, e := range []*Element{a.More, a.DistrictX} {
		if e != nil {
			all = append(all, e.Extension...)
		}
	}
	for _, x := range a.Extension {
		all = append(all, x)
		all = append(all, x.Extension...)
	}
	for i := range all {
		x := &all[i]
		if u := x.url(); x.ValueCoding != nil && (u == "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode" || u == "municipality") && len(x.ValueCoding.Code) == 4 {
			return string(x.ValueCoding.Code)
		}
	}
	return ""
}

// number reads the best of the patient's numbers: national, D-number, shared help number, and last the institution's own, which needs one who gave it.
func (p *Patient) number(to *intake.Person, policy patient.Policy) *intake.Problem {
	rank := map[string]int{sysFNR: 0, sysDNR: 1, sysFHN: 2}
	type candidate struct {
		at, rank int
	}
	var all []candidate
	for i, id := range p.Identifier {
		if id.Use == "old" {
			continue
		}
		if n, ok := rank[numbers(id.System)]; ok {
			all = append(all, candidate{i, n})
		} else if code("8327", id.Type) == "HNR" || code("8116", id.Type) == "HNR" {
			all = append(all, candidate{i, 3})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].rank < all[j].rank })
	if to.Identity.Number != "" {
		for _, c := range all {
			if c.rank < 2 && p.Identifier[c.at].Value != "" && string(p.Identifier[c.at].Value) != to.Identity.Number {
				return &intake.Problem{Field: "ServiceRequest.subject", Code: "fhir_two_patients"}
			}
		}
		return nil
	}
	if len(all) == 0 {
		return &intake.Problem{Field: "Patient.identifier", Code: "missing_patient_number", Norm: "no-basis-Patient"}
	}
	id := p.Identifier[all[0].at]
	field := fmt.Sprintf("Patient.identifier[%d]", all[0].at)
	if id.Value == "" {
		return &intake.Problem{Field: field + ".value", Code: "fhir_min", Norm: "no-basis-Patient"}
	}
	if all[0].rank == 3 && id.Assigner == nil {
		return &intake.Problem{Field: field + ".assigner", Code: "fhir_min", Norm: "no-basis-Patient: HNR"}
	}
	if bad := to.Identify(string(id.Value), policy); bad != nil {
		if bad.Field == "born" {
			bad.Field = "Patient.birthDate"
		} else {
			bad.Field = field + ".value"
		}
		return bad
	}
	return nil
}

// professions are the categories of list 9060 that refer by roles of their own (guide 3.1).
var professions = map[string]string{"LE": "doctor", "KI": "chiropractor", "MT": "manual_therapist", "TL": "dentist", "PS": "psychologist", "OP": "optometrist", "JO": "midwife"}

// requester finds the referrer's role and number in the register of health personnel, as far as they are told: a patient, or a profession.
func (r *Reader) requester(sr *ServiceRequest, it *intake.Item) {
	ref := string(sr.Requester.Reference)
	if sr.Requester.Type == "Patient" || strings.HasPrefix(key(ref), "Patient/") {
		it.From.Role = "patient"
		if it.Kind == "" {
			it.Kind = law.Self
		}
		return
	}
	hpr := func(some ...Identifier) {
		for _, n := range some {
			if number := strings.ReplaceAll(string(n.Value), " ", ""); it.From.HPR == "" && numbers(n.System) == sysHPR && clinic.IsHPR(number) {
				it.From.HPR = number
			}
		}
	}
	if sr.Requester.Identifier != nil {
		hpr(*sr.Requester.Identifier)
	}
	p := r.party(sr, ref)
	for range 2 {
		if p == nil {
			return
		}
		hpr(p.Identifier...)
		var codes []CodeableConcept
		if len(p.Code) > 0 {
			_ = json.Unmarshal(p.Code, &codes) // another shape is another meaning
		}
		codes = append(codes, p.CodeXML...)
		for _, q := range p.Qualification {
			codes = append(codes, q.Code)
		}
		if role := professions[code("9060", codes...)]; role != "" && it.From.Role == "" {
			it.From.Role = role
		}
		if p.Practitioner.Identifier != nil {
			hpr(*p.Practitioner.Identifier)
		}
		p = r.party(sr, string(p.Practitioner.Reference))
	}
}

// party finds what a reference points at, contained or in the same file.
func (r *Reader) party(sr *ServiceRequest, ref string) *Party {
	if ref == "" {
		return nil
	}
	if id, ok := strings.CutPrefix(ref, "#"); ok {
		for i := range sr.Contained {
			if p := sr.Contained[i].party(); p != nil && string(p.ID) == id {
				return p
			}
		}
		return nil
	}
	return r.index.party(r.in, ref)
}

// provider finds who received the referral: a performer whose number is in the organisation data, else the one given beside.
func (r *Reader) provider(sr *ServiceRequest, it *intake.Item) *intake.Problem {
	for _, ref := range sr.Performer {
		if ref.Identifier != nil {
			if id, ok := r.byNumber(*ref.Identifier); ok {
				it.At = id
				return nil
			}
		}
		p := r.party(sr, string(ref.Reference))
		for range 4 {
			if p == nil {
				break
			}
			for _, n := range p.Identifier {
				if id, ok := r.byNumber(n); ok {
					it.At = id
					return nil
				}
			}
			up := p.Organization
			for _, ref := range []Reference{p.ProvidedBy, p.ManagingOrganization} {
				if up.Reference == "" && up.Identifier == nil {
					up = ref
				}
			}
			if up.Identifier != nil {
				if id, ok := r.byNumber(*up.Identifier); ok {
					it.At = id
					return nil
				}
			}
			p = r.party(sr, string(up.Reference))
		}
	}
	if it.At = r.o.At; it.At == "" {
		return &intake.Problem{Field: "ServiceRequest.performer", Code: "fhir_no_provider"}
	}
	return nil
}

// byNumber finds a provider by organisation number, RESH id or HER id.
func (r *Reader) byNumber(id Identifier) (string, bool) {
	v := strings.ReplaceAll(string(id.Value), " ", "")
	if v == "" || r.o.Org == nil {
		return "", false
	}
	for _, p := range r.o.Org.Providers() {
		switch numbers(id.System) {
		case sysOrgNr:
			if p.OrgNr == v {
				return p.ID, true
			}
		case sysRESH:
			if p.ResHID == v {
				return p.ID, true
			}
		case sysHER:
			if p.HERID == v {
				return p.ID, true
			}
		}
	}
	return "", false
}

// Rejects writes rejected referrals as Bundles, with the patient referred to and the reason as an OperationOutcome.
func (r *Reader) Rejects() intake.Rejects {
	if r.isXML {
		return xmlRejects{}
	}
	return jsonRejects{}
}

type jsonRejects struct{}

func (jsonRejects) Extension() string { return "ndjson" }
func (jsonRejects) Head() []byte      { return nil }
func (jsonRejects) Tail() []byte      { return nil }
func (jsonRejects) Write(raw []byte, p *intake.Problem, why string) []byte {
	type issue struct {
		Severity    string   `json:"severity"`
		Code        string   `json:"code"`
		Diagnostics string   `json:"diagnostics"`
		Expression  []string `json:"expression,omitempty"`
	}
	one := issue{Severity: "error", Code: "invalid", Diagnostics: why}
	if p.Field != "" {
		one.Expression = []string{p.Field}
	}
	outcome, err := json.Marshal(struct {
		ResourceType string  `json:"resourceType"`
		Issue        []issue `json:"issue"`
	}{"OperationOutcome", []issue{one}})
	if err != nil {
		return nil
	}
	out := []byte(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":` + string(outcome) + `}`)
	switch {
	case len(raw) == 0:
	case json.Valid(append(append([]byte("["), raw...), ']')):
		out = append(append(out, ','), raw...)
	default:
		// It is no JSON: it stands as it was on a line of its own, for a person to mend.
		return append(append(append(out, "]}\n"...), bytes.ReplaceAll(raw, []byte("\n"), []byte(" "))...), '\n')
	}
	return append(out, "]}\n"...)
}

type xmlRejects struct{}

func (xmlRejects) Extension() string { return "xml" }
func (xmlRejects) Head() []byte {
	return []byte(xml.Header + `<Bundle xmlns="` + namespace + `"><type value="collection"/>` + "\n")
}
func (xmlRejects) Tail() []byte { return []byte("</Bundle>\n") }
func (xmlRejects) Write(raw []byte, p *intake.Problem, why string) []byte {
	var b bytes.Buffer
	b.WriteString(`<entry><resource><OperationOutcome><issue><severity value="error"/><code value="invalid"/><diagnostics value="`)
	xml.EscapeText(&b, []byte(why))
	b.WriteString(`"/></issue></OperationOutcome></resource></entry>`)
	b.Write(raw)
	b.WriteByte('\n')
	return b.Bytes()
}
