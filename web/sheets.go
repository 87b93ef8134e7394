package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"rettid/day"
	"rettid/table"
)

// The files a list is taken out in. A text is never a formula in any of them.

// sheetHead are the headers of the columns, in the order of the files.
var sheetHead = []string{"web.csv.case", "web.csv.left", "field.deadline", "web.column.patient", "web.csv.born", "web.filter.specialty", "web.column.condition", "web.column.appointment", "web.csv.appointment_to", "web.column.risk",
	"web.column.duty", "web.csv.due", "web.column.owner", "web.filter.provider", "web.filter.site", "web.csv.waited", "field.seniority_date",
	"field.assessed_date", "web.column.helfo", "web.csv.wish"}

func (v *view) sheetHead() []string {
	out := make([]string, len(sheetHead))
	for i, k := range sheetHead {
		out[i] = v.T(k)
	}
	return out
}

// A csvSheet is CSV with semicolons and a byte order mark, as Norwegian spreadsheets open it.
type csvSheet struct {
	w   *csv.Writer
	out *http.ResponseController
}

func (v *view) newCSV(w http.ResponseWriter) (sheet, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	out := &csvSheet{w: csv.NewWriter(w), out: http.NewResponseController(w)}
	out.w.Comma = ';'
	return out, out.w.Write(v.sheetHead())
}

func (c *csvSheet) write(rows []exported) error {
	for _, x := range rows {
		left := ""
		if !x.Deadline.IsZero() {
			left = strconv.Itoa(x.Left)
		}
		wish := ""
		if x.Wish >= 0 {
			wish = strconv.Itoa(x.Wish)
		}
		start := x.Start.String()
		if x.Minute >= 0 {
			start = day.Moment{Day: x.Start, Minute: int16(x.Minute)}.String()
		}
		if err := c.w.Write(table.Safe([]string{x.Case, left, x.Deadline.String(), x.Patient, x.Born, x.Specialty, x.Condition, start, x.End.String(), x.RiskText, x.Duty, x.Due.String(), x.Owner, x.Provider, x.Site,
			strconv.Itoa(x.Waited), x.Seniority.String(), x.Assessed.String(), x.Notified.String(), wish})); err != nil {
			return err
		}
	}
	c.w.Flush()
	c.out.Flush() // what has been read is on its way; a writer that can't do it sends it later
	return c.w.Error()
}

func (c *csvSheet) close() error {
	c.w.Flush()
	return c.w.Error()
}

// mostInExcel is how many rows a sheet of Excel holds, the header among them.
const mostInExcel = 1 << 20

// An excelSheet is one sheet with a header row that stays in view, a filter on it, and dates that are dates. Rows go to a file on disk as they come, and the
// whole is sent when it is closed.
type excelSheet struct {
	to          io.Writer
	file        *excelize.File
	stream      *excelize.StreamWriter
	date, clock int // styles
	n           int // the last row written
}

func (v *view) newExcel(w io.Writer) (sheet, error) {
	f := excelize.NewFile()
	name := v.T("list.waiting")
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, fmt.Errorf("name the sheet: %w", err)
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("begin the sheet: %w", err)
	}
	x := &excelSheet{to: w, file: f, stream: s, n: 1}
	date, clock := "dd.mm.yyyy", "dd.mm.yyyy hh:mm"
	bold := 0
	for _, style := range []struct {
		to *int
		is excelize.Style
	}{{&x.date, excelize.Style{CustomNumFmt: &date}}, {&x.clock, excelize.Style{CustomNumFmt: &clock}}, {&bold, excelize.Style{Font: &excelize.Font{Bold: true}}}} {
		if *style.to, err = f.NewStyle(&style.is); err != nil {
			return nil, fmt.Errorf("make a style: %w", err)
		}
	}
	widths := []float64{12, 10, 12, 28, 8, 24, 40, 17, 12, 20, 22, 12, 16, 24, 18, 10, 14, 12, 14, 16}
	for i, width := range widths {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return nil, fmt.Errorf("set a width: %w", err)
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("freeze the header: %w", err)
	}
	head := make([]any, len(sheetHead))
	for i, text := range v.sheetHead() {
		head[i] = excelize.Cell{StyleID: bold, Value: text}
	}
	if err := s.SetRow("A1", head); err != nil {
		return nil, fmt.Errorf("write the header: %w", err)
	}
	return x, nil
}

// cell is a day as Excel has it: a number with a style, and nothing for no day.
func (x *excelSheet) cell(d day.Day, minute int) any {
	if d.IsZero() {
		return nil
	}
	y, m, n := d.Date()
	if minute < 0 {
		return excelize.Cell{StyleID: x.date, Value: time.Date(y, time.Month(m), n, 0, 0, 0, 0, time.UTC)}
	}
	return excelize.Cell{StyleID: x.clock, Value: time.Date(y, time.Month(m), n, minute/60, minute%60, 0, 0, time.UTC)}
}

func (x *excelSheet) write(rows []exported) error {
	for _, e := range rows {
		x.n++
		var left, born, wish any
		if !e.Deadline.IsZero() {
			left = e.Left
		}
		if year, err := strconv.Atoi(e.Born); err == nil {
			born = year
		}
		if e.Wish >= 0 {
			wish = e.Wish
		}
		p := table.Safe([]string{e.Case, e.Patient, e.Specialty, e.Condition, e.Duty, e.Owner, e.Provider, e.Site, e.RiskText})
		if err := x.stream.SetRow("A"+strconv.Itoa(x.n), []any{p[0], left, x.cell(e.Deadline, -1), p[1], born, p[2], p[3], x.cell(e.Start, e.Minute), x.cell(e.End, -1), p[8], p[4], x.cell(e.Due, -1), p[5], p[6], p[7],
			e.Waited, x.cell(e.Seniority, -1), x.cell(e.Assessed, -1), x.cell(e.Notified, -1), wish}); err != nil {
			return fmt.Errorf("write row %d: %w", x.n, err)
		}
	}
	return nil
}

func (x *excelSheet) close() error {
	defer x.file.Close()
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("end the sheet: %w", err)
	}
	last, err := excelize.CoordinatesToCellName(len(sheetHead), x.n)
	if err != nil {
		return err
	}
	if err := x.file.AutoFilter(x.file.GetSheetName(0), "A1:"+last, nil); err != nil {
		return fmt.Errorf("set the filter: %w", err)
	}
	if _, err := x.file.WriteTo(x.to); err != nil {
		return fmt.Errorf("send the sheet: %w", err)
	}
	return nil
}

// A parquetRow is a row of the typed file: names are English and stay, days are DATE, what is missing is null.
type parquetRow struct {
	Case            string  `parquet:"case"`
	Tenant          string  `parquet:"tenant,dict"`
	DaysLeft        *int32  `parquet:"days_left,optional"`
	Deadline        *int32  `parquet:"deadline,optional,date"`
	Patient         string  `parquet:"patient"`
	BornYear        *int32  `parquet:"born_year,optional"`
	Specialty       string  `parquet:"specialty,dict"`
	Condition       string  `parquet:"condition,dict"`
	AppointmentFrom *int32  `parquet:"appointment_from,optional,date"`
	AppointmentTo   *int32  `parquet:"appointment_to,optional,date"`
	MinuteOfDay     *int32  `parquet:"appointment_minute_of_day,optional"`
	Risk            string  `parquet:"risk,dict"`
	Duty            *string `parquet:"duty,optional,dict"`
	Due             *int32  `parquet:"duty_due,optional,date"`
	Owner           string  `parquet:"owner,dict"`
	Provider        string  `parquet:"provider,dict"`
	Site            string  `parquet:"site,dict"`
	Seniority       *int32  `parquet:"seniority_date,optional,date"`
	DaysWaited      int32   `parquet:"days_waited"`
	Assessed        *int32  `parquet:"assessed_date,optional,date"`
	Notified        *int32  `parquet:"helfo_notified_date,optional,date"`
	WishNotice      *int32  `parquet:"earlier_wish_notice_days,optional"`
}

type parquetSheet struct {
	w *parquet.GenericWriter[parquetRow]
	n int
}

// rowGroup is how many rows are gathered before they are written.
const rowGroup = 50_000

func newParquet(w io.Writer) sheet {
	return &parquetSheet{w: parquet.NewGenericWriter[parquetRow](w, parquet.Compression(&parquet.Snappy))}
}

// unixDay is a day as Parquet has it: days since 1970; nil for no day.
func unixDay(d day.Day) *int32 {
	if d.IsZero() {
		return nil
	}
	n := int32(d.Sub(day.On(1970, 1, 1)))
	return &n
}

func (p *parquetSheet) write(rows []exported) error {
	out := make([]parquetRow, len(rows))
	for i, x := range rows {
		r := parquetRow{Case: x.Case, Tenant: x.Tenant, Deadline: unixDay(x.Deadline), Patient: x.Patient, Specialty: x.Specialty, Condition: x.Condition, AppointmentFrom: unixDay(x.Start), AppointmentTo: unixDay(x.End), Risk: string(x.Risk),
			Due: unixDay(x.Due), Owner: x.Owner, Provider: x.Provider, Site: x.Site, Seniority: unixDay(x.Seniority), DaysWaited: int32(x.Waited), Assessed: unixDay(x.Assessed), Notified: unixDay(x.Notified)}
		if x.Wish >= 0 {
			wish := int32(x.Wish)
			r.WishNotice = &wish
		}
		if !x.Deadline.IsZero() {
			left := int32(x.Left)
			r.DaysLeft = &left
		}
		if year, err := strconv.Atoi(x.Born); err == nil {
			born := int32(year)
			r.BornYear = &born
		}
		if x.Minute >= 0 {
			minute := int32(x.Minute)
			r.MinuteOfDay = &minute
		}
		if x.Duty != "" {
			duty := x.Duty
			r.Duty = &duty
		}
		out[i] = r
	}
	if _, err := p.w.Write(out); err != nil {
		return fmt.Errorf("write the rows: %w", err)
	}
	if p.n += len(out); p.n >= rowGroup {
		p.n = 0
		return p.w.Flush()
	}
	return nil
}

func (p *parquetSheet) close() error { return p.w.Close() }
