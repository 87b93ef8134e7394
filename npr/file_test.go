package npr

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"rettid/day"
)

func TestFilesOfPeriods(t *testing.T) {
	p := sound()
	p.Postponements = []Postponement{{day.On(2025, 9, 11), "1"}, {day.On(2025, 9, 12), "22"}}
	p.Times = []Time{{"31", day.Moment{Day: day.On(2025, 9, 13), Minute: day.NoClock}}}
	p.Borough = "=1+1"
	var text, parq bytes.Buffer
	for _, open := range []struct {
		of func(io.Writer, *Names) (File, error)
		to *bytes.Buffer
	}{{NewCSV, &text}, {NewParquet, &parq}} {
		f, err := open.of(open.to, DefaultNames())
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := f.Write(&p); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(&text).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(err, len(rows))
	}
	const first = "id,ansienDato,mottaksDato,vurdDato,rettTilHelsehjelp,henvType,fristStartBehandling,ventetidSluttDato,ventetidSluttKode,utsettKode,utsettDato,tildeltDato,oppmoteDato,fagomrade,omsNivaHenv,debitor,secondOpinion,typeTidspunkt,varslingHelfo,institusjonID,behandlingsstedKode,avdelingReshID,region,kjonn,fodselsar,kommune,"
	if head := strings.Join(rows[0], ","); !strings.HasPrefix(head, first) {
		t.Error(head)
	}
	got := make(map[string]string)
	for i, name := range rows[0] {
		got[name] = rows[1][i]
	}
	if got["utsettKode"] != "1|22" || got["utsettDato"] != "2025-09-11|2025-09-12" || got["fodselsar"] != "1950" || got["ventetidSluttDato"] != "" || got["typeTidspunkt"] != "31" || got["bydel"] != "'=1+1" {
		t.Errorf("%v", got)
	}
	f, err := parquet.OpenFile(bytes.NewReader(parq.Bytes()), int64(parq.Len()))
	if err != nil || f.NumRows() != 3 {
		t.Fatal(err)
	}
	type line struct {
		ID   string `parquet:"id"`
		Code string `parquet:"utsettKode,optional"`
		End  string `parquet:"ventetidSluttDato,optional"`
	}
	read, err := parquet.Read[line](bytes.NewReader(parq.Bytes()), int64(parq.Len()))
	if err != nil || len(read) != 3 || read[2] != (line{"A1", "1|22", ""}) {
		t.Errorf("%v %+v", err, read)
	}
}
