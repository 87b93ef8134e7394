package npr

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rettid/day"
)

// A field is a place in a Period.
type field uint8

const (
	fID field = iota
	fSeniority
	fReceived
	fAssessed
	fAllocated
	fAttended
	fOutcome
	fOutcomeOld
	fRight
	fDeadline
	fWaitEnd
	fEndCode
	fEnd
	fFromService
	fFromInstitution
	fFromHPR
	fToService
	fToInstitution
	fToHPR
	fSpecialty
	fCareLevel
	fDebtor
	fMediated
	fFreeSite
	fFreeTreatment
	fSecondOpinion
	fNewCondition
	fLegalBasis
	fPlan
	fPlanOn
	fHelfo
	fSector
	fMunicipality
	fBorough
	fPostponedOn
	fPostponedCode
	fTimeType
	fTimeAt
	fPatient
	fSex
	fBirthYear
	fInstitution
	fTrust
	fSite
	fDepartment
	fUnit
	fServiceUnit
	fDepartmentCode
	fRegion
	fields
)

// keys are the fields' names in names.csv.
var keys = [fields]string{"id", "seniority", "received", "assessed", "allocated", "attended", "outcome", "outcome_old", "right", "deadline", "wait_end", "end_code", "end",
	"from_service", "from_institution", "from_hpr", "to_service", "to_institution", "to_hpr", "specialty", "care_level", "debtor", "mediated", "free_site", "free_treatment",
	"second_opinion", "new_condition", "legal_basis", "plan", "plan_on", "helfo", "sector", "municipality", "borough", "postponed_on", "postponed_code", "time_type", "time_at",
	"patient", "sex", "birth_year", "institution", "trust", "site", "department", "unit", "service_unit", "department_code", "region"}

// A Name is what a field is called, where that is known from, and why it is reported at all (norm G9.3-2).
type Name struct {
	Key      string
	On       string   // the element it is an attribute of; RefEnhet: the type of unit in list 8476
	Name     string   // the attribute
	Column   string   // in CSV and Parquet files
	List     string   // the code list, "" where it is none
	Also     []string // other spellings that are read
	Attested string   // xsd: an open schema; data: deliveries from the registry; own: ours alone
	Source   string
	NB, EN   string // the purpose
}

//go:embed names.csv
var namesCSV string

// NamesCSV gives the table in the program as its file.
func NamesCSV() string { return namesCSV }

// Names is the table of names: by it messages are written and read.
type Names struct {
	all    [fields]Name
	prefix [fields][]byte     // ` ansienDato="`, to be written
	attr   map[string]field   // spelling in small letters, as an attribute
	column map[string]field   // likewise, as a column
	strict map[[2]string]bool // element and attribute as they are written
}

// DefaultNames is the table in the program.
var DefaultNames = sync.OnceValue(func() *Names {
	n, err := LoadNames(strings.NewReader(namesCSV))
	if err != nil {
		panic("npr/names.csv: " + err.Error()) // embedded: a mistake here is a mistake in the program
	}
	return n
})

// LoadNames reads a table of names: when the registry's schema settles a spelling, an installation changes it there. Errors name the line.
func LoadNames(r io.Reader) (*Names, error) {
	c := csv.NewReader(r)
	rows, err := c.ReadAll()
	if err != nil {
		return nil, err
	}
	const head = "key,on,name,column,list,also,attested,source,purpose_nb,purpose"
	if len(rows) == 0 || strings.Join(rows[0], ",") != head {
		return nil, fmt.Errorf("line 1: the columns are not %s", head)
	}
	n := &Names{attr: make(map[string]field), column: make(map[string]field), strict: make(map[[2]string]bool)}
	for i, row := range rows[1:] {
		at := slices.Index(keys[:], row[0])
		switch {
		case at < 0:
			return nil, fmt.Errorf("line %d: %q is no field; they are %s", i+2, row[0], strings.Join(keys[:], ", "))
		case n.all[at].Key != "":
			return nil, fmt.Errorf("line %d: %s stands twice", i+2, row[0])
		case row[3] == "" || row[8] == "" || row[9] == "":
			return nil, fmt.Errorf("line %d: %s lacks its column or its purpose: nothing is reported that has none", i+2, row[0])
		case !attributeName(row[2]) && row[1] != "" && row[1] != "RefEnhet":
			return nil, fmt.Errorf("line %d: %q can't be the name of an attribute", i+2, row[2])
		}
		f := field(at)
		name := Name{Key: row[0], On: row[1], Name: row[2], Column: row[3], List: row[4], Attested: row[6], Source: row[7], NB: row[8], EN: row[9]}
		if row[5] != "" {
			name.Also = strings.Split(row[5], "|")
		}
		n.all[f] = name
		n.prefix[f] = []byte(" " + name.Name + `="`)
		for _, s := range append([]string{name.Column}, name.Also...) {
			n.column[strings.ToLower(s)] = f
			n.attr[strings.ToLower(s)] = f
		}
		if name.On != "" && name.On != "RefEnhet" {
			n.attr[strings.ToLower(name.Name)] = f
			n.strict[[2]string{name.On, name.Name}] = true
		}
	}
	for f, k := range keys {
		if n.all[f].Key == "" {
			return nil, fmt.Errorf("the field %s is missing", k)
		}
	}
	return n, nil
}

func attributeName(s string) bool {
	for i, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || i > 0 && (r >= '0' && r <= '9' || r == '-' || r == '.')) {
			return false
		}
	}
	return s != ""
}

// All gives every name in the order they are written in.
func (n *Names) All() []Name { return slices.Clone(n.all[:]) }

// Name of a field by its key; the zero Name when there is none.
func (n *Names) Name(key string) Name {
	if i := slices.Index(keys[:], key); i >= 0 {
		return n.all[i]
	}
	return Name{}
}

// text gives the place of a field that is plain text; nil for days, numbers and those there may be several of.
func (p *Period) text(f field) *string {
	switch f {
	case fID:
		return &p.ID
	case fOutcome:
		return &p.Outcome
	case fOutcomeOld:
		return &p.OutcomeOld
	case fRight:
		return &p.Right
	case fEndCode:
		return &p.EndCode
	case fFromService:
		return &p.From.Service
	case fFromInstitution:
		return &p.From.Institution
	case fFromHPR:
		return &p.From.HPR
	case fToService:
		return &p.To.Service
	case fToInstitution:
		return &p.To.Institution
	case fToHPR:
		return &p.To.HPR
	case fSpecialty:
		return &p.Specialty
	case fCareLevel:
		return &p.CareLevel
	case fDebtor:
		return &p.Debtor
	case fFreeSite:
		return &p.FreeSite
	case fFreeTreatment:
		return &p.FreeTreatment
	case fSecondOpinion:
		return &p.SecondOpinion
	case fNewCondition:
		return &p.NewCondition
	case fLegalBasis:
		return &p.LegalBasis
	case fPlan:
		return &p.Plan
	case fHelfo:
		return &p.Helfo
	case fSector:
		return &p.Sector
	case fMunicipality:
		return &p.Municipality
	case fBorough:
		return &p.Borough
	case fPatient:
		return &p.Patient
	case fSex:
		return &p.Sex
	case fInstitution:
		return &p.Institution
	case fTrust:
		return &p.Trust
	case fSite:
		return &p.Site
	case fDepartment:
		return &p.Department
	case fUnit:
		return &p.Unit
	case fServiceUnit:
		return &p.ServiceUnit
	case fDepartmentCode:
		return &p.DepartmentCode
	case fRegion:
		return &p.Region
	}
	return nil
}

// date gives the place of a field that is a day.
func (p *Period) date(f field) *day.Day {
	switch f {
	case fSeniority:
		return &p.Seniority
	case fReceived:
		return &p.Received
	case fAssessed:
		return &p.Assessed
	case fAllocated:
		return &p.Allocated
	case fAttended:
		return &p.Attended
	case fDeadline:
		return &p.Deadline
	case fWaitEnd:
		return &p.WaitEnd
	case fEnd:
		return &p.End
	case fMediated:
		return &p.Mediated
	case fPlanOn:
		return &p.PlanOn
	}
	return nil
}

// value gives a single field as it is written in a file.
func (p *Period) value(f field) string {
	if s := p.text(f); s != nil {
		return *s
	}
	if d := p.date(f); d != nil {
		return d.String()
	}
	if f == fBirthYear && p.BirthYear != 0 {
		return strconv.Itoa(p.BirthYear)
	}
	return ""
}

// set reads a single field; the answer is the code of what is wrong with the value, "" when nothing is.
func (p *Period) set(f field, v string) string {
	v = strings.TrimSpace(v)
	if v == "" {
		return ""
	}
	if s := p.text(f); s != nil {
		if len(v) > 200 {
			return "too-long"
		}
		*s = v
		return ""
	}
	if d := p.date(f); d != nil {
		got, ok := readDay(v)
		if !ok {
			return "not-a-date"
		}
		*d = got
		return ""
	}
	if f == fBirthYear {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1850 || n > 2199 {
			return "not-a-year"
		}
		p.BirthYear = n
	}
	return ""
}

// readDay reads 2025-09-01, and a date with a clock time behind it, of which the date is kept.
func readDay(v string) (day.Day, bool) {
	if len(v) > 10 && (v[10] == 'T' || v[10] == 'Z' || v[10] == '+') && len(v) < 40 {
		v = v[:10]
	}
	d, err := day.Parse(v)
	if err != nil || d.IsZero() || len(v) != 10 {
		return day.Day{}, false
	}
	return d, true
}

// readMoment reads a day with or without a clock time.
func readMoment(v string) (day.Moment, bool) {
	m, err := day.ParseMoment(v)
	return m, err == nil && !m.IsZero()
}
