package npr

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"

	"rettid/table"
)

// columns are the fields of a file of periods, in order: those of the figures first, then the others a message has.
var columns = []field{fID, fSeniority, fReceived, fAssessed, fRight, fOutcome, fDeadline, fWaitEnd, fEndCode, fPostponedCode, fPostponedOn, fAllocated, fAttended, fSpecialty, fCareLevel, fDebtor,
	fSecondOpinion, fTimeType, fHelfo, fInstitution, fSite, fDepartment, fRegion, fSex, fBirthYear, fMunicipality,
	fTimeAt, fEnd, fOutcomeOld, fDepartmentCode, fUnit, fServiceUnit, fTrust, fSector, fPatient, fFromService, fFromInstitution, fToService, fToInstitution, fBorough, fMediated, fFreeSite, fFreeTreatment,
	fNewCondition, fLegalBasis, fPlan, fPlanOn, fFromHPR, fToHPR}

// Columns gives the names of the columns of a file of periods.
func Columns(n *Names) []string {
	out := make([]string, len(columns))
	for i, f := range columns {
		out[i] = n.all[f].Column
	}
	return out
}

// Cells appends the values of a period in the order of Columns; several postponements and time stamps are parted by |, in the same order in both their columns.
func (p *Period) Cells(out []string) []string {
	for _, f := range columns {
		switch f {
		case fPostponedCode, fPostponedOn:
			parts := make([]string, len(p.Postponements))
			for i, u := range p.Postponements {
				if parts[i] = u.Code; f == fPostponedOn {
					parts[i] = u.On.String()
				}
			}
			out = append(out, strings.Join(parts, "|"))
		case fTimeType, fTimeAt:
			parts := make([]string, len(p.Times))
			for i, t := range p.Times {
				if parts[i] = t.Type; f == fTimeAt {
					parts[i] = t.At.String()
				}
			}
			out = append(out, strings.Join(parts, "|"))
		default:
			out = append(out, p.value(f))
		}
	}
	return out
}

// A File is a file of periods being written.
type File interface {
	Write(p *Period) error
	Close() error // ends the file; what is written to stays open
}

// NewCSV begins a CSV file: UTF-8, commas, a header line.
func NewCSV(w io.Writer, n *Names) (File, error) {
	b := bufio.NewWriterSize(w, 1<<16)
	f := &csvFile{b: b, w: csv.NewWriter(b)}
	return f, f.w.Write(Columns(n))
}

type csvFile struct {
	b     *bufio.Writer
	w     *csv.Writer
	cells []string
}

func (f *csvFile) Write(p *Period) error {
	f.cells = table.Safe(p.Cells(f.cells[:0]))
	return f.w.Write(f.cells)
}

func (f *csvFile) Close() error {
	f.w.Flush()
	if err := f.w.Error(); err != nil {
		return err
	}
	return f.b.Flush()
}

// NewParquet begins a Parquet file: every column text, null where nothing is reported.
func NewParquet(w io.Writer, n *Names) (File, error) {
	group := parquet.Group{}
	for _, name := range Columns(n) {
		group[name] = parquet.Encoded(parquet.Compressed(parquet.Optional(parquet.String()), &parquet.Zstd), &parquet.RLEDictionary)
	}
	schema := parquet.NewSchema("periods", group)
	at := make([]int, len(columns))
	for i, name := range Columns(n) {
		leaf, _ := schema.Lookup(name)
		at[i] = leaf.ColumnIndex
	}
	return &parquetFile{w: parquet.NewWriter(w, schema, parquet.MaxRowsPerRowGroup(100000)), at: at, row: make(parquet.Row, len(columns))}, nil
}

type parquetFile struct {
	w     *parquet.Writer
	at    []int
	row   parquet.Row
	cells []string
}

func (f *parquetFile) Write(p *Period) error {
	f.cells = p.Cells(f.cells[:0])
	for i, c := range f.cells {
		if c == "" {
			f.row[f.at[i]] = parquet.NullValue().Level(0, 0, f.at[i])
		} else {
			f.row[f.at[i]] = parquet.ByteArrayValue([]byte(c)).Level(0, 1, f.at[i])
		}
	}
	_, err := f.w.WriteRows([]parquet.Row{f.row})
	return err
}

func (f *parquetFile) Close() error { return f.w.Close() }
