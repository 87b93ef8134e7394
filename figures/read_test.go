package figures

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"

	"rettid/day"
)

// drain reads all rows and what was wrong with the others.
func drain(r *Rows) (periods []Period, wrong []string, err error) {
	defer r.Close()
	var p Period
	for {
		err := r.Next(&p)
		var bad *RowError
		switch {
		case errors.Is(err, io.EOF):
			return periods, wrong, nil
		case errors.As(err, &bad):
			wrong = append(wrong, bad.Error())
		case err != nil:
			return periods, wrong, err
		default:
			q := p
			q.Postponements, q.Times = slices.Clone(p.Postponements), slices.Clone(p.Times)
			periods = append(periods, q)
		}
	}
}

func readText(text string) ([]Period, []string, error) {
	r, err := ReadCSV(strings.NewReader(text), d("2025-12-31"))
	if err != nil {
		return nil, nil, err
	}
	return drain(r)
}

func TestRowsAreRefusedWithPlaceAndRemedy(t *testing.T) {
	const head = "id;mottaksDato;vurdDato;rettTilHelsehjelp;utsettKode;utsettDato;fagomrade;ventetidSluttDato\n"
	for row, want := range map[string]string{
		"x;2025-09-31;;;;;;":            `line 2, column mottaksDato, value "2025-09-31": no such date in the calendar`,
		"x;1.9.2025;;;;;;":              `line 2, column mottaksDato, value "1.9.2025": not a date: write year-month-day, as in 2025-09-01`,
		";2025-09-01;;;;;;":             "line 2, column id: the id is missing; give every referral period its own",
		"x;2025-09-01;;8;;;;":           `line 2, column rettTilHelsehjelp, value "8": no code of list 8444; write one of 1, 2, 3, 4, 5, 6, 9, or leave it empty when it is not known`,
		"x;2025-09-01;;3;1|99;;;":       `line 2, column utsettKode, value "99": no code of list 8446; write 1, 3, 4, 5, 6, 21 or 22, several separated by |`,
		"x;2025-09-01;;3;;2025-09-02;;": "line 2, column utsettKode: a postponement has a day and no code; add the code of list 8446",
		"x;2026-09-01;;3;;;;":           `line 2, column mottaksDato, value "2026-09-01": the day has not come yet; what has happened is dated today or earlier: check the year`,
		"x;1925-09-01;;3;;;;":           `line 2, column mottaksDato, value "1925-09-01": the day is before 1990, the first year that can be counted; check the year`,
		"x;13097248022;;3;;;;":          "line 2, column mottaksDato: not a date: write year-month-day, as in 2025-09-01",
		"x;2025-09-01;;3":               "line 2: the row has 4 values, the header has 8; quote values that hold the separator",
		"x;2025-09-01;;3;;;5O;":         `line 2, column fagomrade, value "5O": no code of list 8451; write three digits, with the zero in front, as in 050`,
		"x;2025-09-01;;3;;;\xe6;":       "line 2, column fagomrade: byte 1 of the value is 0xE6, which is not UTF-8; save the file as CSV UTF-8",
	} {
		_, wrong, err := readText(head + row + "\n")
		if err != nil || len(wrong) != 1 || wrong[0] != want {
			t.Errorf("%q: %q, %v\nwant %q", row, wrong, err, want)
		}
	}
	got, wrong, err := readText("\xEF\xBB\xBFFAGOMRADE,mottaksdato,extra,ID,utsettkode,utsettDato\n50,2025-09-01,?,a,21|1,2025-09-03|\n")
	want := []Period{{ID: "a", Received: d("2025-09-01"), Specialty: "050", Postponements: []Postponement{{21, d("2025-09-03")}, {1, day.Day{}}}}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b day.Day) bool { return a == b }), cmpopts.EquateEmpty()); err != nil || len(wrong) > 0 || diff != "" {
		t.Errorf("%v %v %s", err, wrong, diff)
	}
	got, wrong, err = readText("id,mottaksDato,institusjonID\ny,2025-09-01,A\ny,2025-09-02,B\ny,2025-09-03,A\n")
	if err != nil || len(wrong) > 0 || len(got) != 3 || got[0].Duplicate || got[1].Duplicate || !got[2].Duplicate {
		t.Errorf("the same id twice: %v %v %v", err, wrong, got)
	}
	if _, _, err := readText("id,vurdDato\n"); err == nil || err.Error() != "line 1: the column mottaksDato is missing; add it and give every row a value" {
		t.Errorf("%v", err)
	}
}

// What is written is read again the same, as CSV and as Parquet.
func TestPeriodsComeBack(t *testing.T) {
	var csv, pq bytes.Buffer
	csv.WriteString(strings.Join(Columns, ",") + "\n")
	w := NewParquetWriter(&pq)
	var want []Period
	for _, p := range nationRows(3000, 9) {
		p.Times = []int{31, 32}
		csv.Write(AppendPeriod(nil, p))
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
		want = append(want, *p)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	same := func(name string, r *Rows, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		got, wrong, err := drain(r)
		if err != nil || len(wrong) > 0 {
			t.Fatalf("%s: %v %v", name, err, wrong)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b day.Day) bool { return a == b }), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s: %.1000s", name, diff)
		}
	}
	r, err := ReadCSV(&csv, day.Day{})
	same("CSV", r, err)
	r, err = ReadParquet(bytes.NewReader(pq.Bytes()), int64(pq.Len()), day.Day{})
	same("Parquet", r, err)
}

func smallParquet(t testing.TB) []byte {
	var b bytes.Buffer
	w := NewParquetWriter(&b)
	for p := range National(50, 1) {
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A Parquet file that is cut off, or whose bytes are changed, is refused or read: never more than that.
func TestDamagedParquet(t *testing.T) {
	whole := smallParquet(t)
	try := func(b []byte) error {
		r, err := ReadParquet(bytes.NewReader(b), int64(len(b)), day.Day{})
		if err != nil {
			return err
		}
		_, _, err = drain(r)
		return err
	}
	for n := 0; n < len(whole); n += 97 {
		if err := try(whole[:n]); err == nil {
			t.Errorf("%d of %d bytes are read without a word", n, len(whole))
		}
	}
	for i := 0; i < len(whole); i += 31 {
		b := slices.Clone(whole)
		b[i] ^= 0x5A
		try(b) // whatever it says
	}
	// a bomb: a page of one value many times over, and a file of many columns
	var bomb bytes.Buffer
	type row struct {
		ID  string `parquet:"id,dict"`
		Rec string `parquet:"mottaksDato,dict"`
	}
	w := parquet.NewGenericWriter[row](&bomb, parquet.Compression(&parquet.Gzip))
	w.Write([]row{{strings.Repeat("x", 1<<20), strings.Repeat("2", 1<<20)}})
	w.Close()
	if err := try(bomb.Bytes()); err == nil || !strings.Contains(err.Error(), "longer than 4096 bytes") {
		t.Errorf("a value of a megabyte: %v", err)
	}
	group := parquet.Group{"id": parquet.String(), "mottaksDato": parquet.String()}
	for i := range 5000 {
		group["c"+codeText(i+1)] = parquet.Leaf(parquet.Int32Type)
	}
	var wide bytes.Buffer
	g := parquet.NewGenericWriter[any](&wide, parquet.NewSchema("wide", group))
	g.Close()
	if err := try(wide.Bytes()); err == nil || !strings.Contains(err.Error(), "5002 columns") {
		t.Errorf("many columns: %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("id,mottaksDato\na,2025-09-01\n")
	f.Add("\xEF\xBB\xBFid;mottaksDato;utsettKode;utsettDato\na;2025-09-01;1|22;2025-09-02|\n")
	f.Add("id,mottaksDato,fagomrade\na,2025-02-30,5\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		periods, wrong, err := readText(text)
		if err != nil {
			return
		}
		for _, w := range wrong {
			if !strings.HasPrefix(w, "line ") {
				t.Fatalf("no place: %s", w)
			}
		}
		span, _ := ParseSpan("2025-09")
		ps := func(yield func(*Period) bool) {
			for i := range periods {
				if !yield(&periods[i]) {
					return
				}
			}
		}
		if _, err := Compute(ps, Options{Span: span, By: []string{"fagomrade"}, Suppress: true}); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzReadParquet(f *testing.F) {
	f.Add(smallParquet(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ReadParquet(bytes.NewReader(b), int64(len(b)), d("2025-12-31"))
		if err != nil {
			return
		}
		drain(r)
	})
}
