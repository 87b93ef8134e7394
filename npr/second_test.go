package npr

import (
	"os"
	"strings"
	"testing"
)

// Messages with one thing wrong each, by what chapters 7 to 9 of the domain rules say may stand there; and the same number with something unusual that is right.
func TestSecondReading(t *testing.T) {
	text, err := os.ReadFile("testdata/ord.xml")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "<Objektholder")
	_, tail, _ := strings.Cut(rest, "</Institusjon>")
	const one = `<Objektholder pasientNr="P1"><Pasient pasientNr="P1" kjonn="2" fodselsar="1950"/>
<Henvisning henvisningsperiodeID="A1" ansienDato="2025-09-01" mottaksDato="2025-09-01" vurdDato="2025-09-10" henvType="10" rettTilHelsehjelp="3" fristStartBehandling="2025-12-01" henvFraTjeneste="28" fagomrade="050" omsNivaHenv="3" debitorHenvisning="1" secondOpinion="2" varslingHelfo="1" sektor="4" komNrHjem="0301"><RefEnhet enhetID="314001389" typeEnhet="1"/><RefEnhet enhetID="9980111" typeEnhet="7"/><RefEnhet enhetID="9960000" typeEnhet="2"/></Henvisning>
</Objektholder>
`
	added := func(s string) [2]string { return [2]string{` komNrHjem`, ` ` + s + ` komNrHjem`} }
	under := func(s string) [2]string { return [2]string{`</Henvisning>`, s + `</Henvisning>`} }
	for _, c := range []struct {
		why    string
		change [2]string
		want   string // findings, empty fields and what nobody knows
	}{
		{"sound", [2]string{}, ""},
		{"R-9.4: no such level of care", [2]string{`omsNivaHenv="3"`, `omsNivaHenv="4"`}, "code-unknown omsNivaHenv"},
		{"R-9.4: care for those who lie in", [2]string{`omsNivaHenv="3"`, `omsNivaHenv="8"`}, ""},
		{"R-9.6: no such outcome", [2]string{`henvType="10"`, `henvType="12"`}, "code-unknown henvType"},
		{"R-9.6: advice to the referrer", [2]string{`henvType="10"`, `henvType="11"`}, ""},
		{"R-9.6: an outcome from before 2017", [2]string{`henvType="10"`, `henvType="2"`}, "code-retired henvType"},
		{"R-9.7: no such right", [2]string{`Helsehjelp="3" fristStartBehandling="2025-12-01"`, `Helsehjelp="7"`}, "code-unknown rettTilHelsehjelp"},
		{"R-9.7: need without right, after October 2015", [2]string{`Helsehjelp="3" fristStartBehandling="2025-12-01"`, `Helsehjelp="4"`}, "code-retired rettTilHelsehjelp"},
		{"R-9.7: no need of specialist care", [2]string{`Helsehjelp="3" fristStartBehandling="2025-12-01"`, `Helsehjelp="5"`}, "excluded 31"},
		{"R-3.19: a right without a deadline", [2]string{` fristStartBehandling="2025-12-01"`, ``}, "deadline-missing fristStartBehandling"},
		{"R-3.20: a deadline and no right", [2]string{`Helsehjelp="3"`, `Helsehjelp="5"`}, "deadline-without-right fristStartBehandling, excluded 31"},
		{"R-4.8: a deadline before seniority", [2]string{`"2025-12-01"`, `"2025-08-31"`}, "deadline-before-start fristStartBehandling"},
		{"R-8.1: there is no end code 6", added(`ventetidSluttDato="2025-09-20" ventetidSluttKode="6"`), "code-unknown ventetidSluttKode"},
		{"R-8.1: nor 8", added(`ventetidSluttDato="2025-09-20" ventetidSluttKode="8"`), "code-unknown ventetidSluttKode"},
		{"R-8.1: to a contract specialist", added(`ventetidSluttDato="2025-09-20" ventetidSluttKode="7"`), ""},
		{"R-8.2: an end without a code", added(`ventetidSluttDato="2025-09-20"`), "end-without-code ventetidSluttDato, excluded 1"},
		{"R-8.2: a code without an end", added(`ventetidSluttKode="1"`), "code-without-end ventetidSluttKode"},
		{"R-6.1: there is no postponement 2", under(`<Utsettelse utsettDato="2025-09-12" utsettKode="2"/>`), "code-unknown utsettKode"},
		{"R-6.1: did not attend", under(`<Utsettelse utsettDato="2025-09-12" utsettKode="21"/>`), ""},
		{"R-6.3: a postponement without its day", under(`<Utsettelse utsettKode="21"/>`), "postponement-incomplete utsettDato"},
		{"R-7.10: there is no time stamp 99", under(`<Tidspunkt typeTidspunkt="99" tidspunkt="2025-09-12"/>`), "code-unknown typeTidspunkt"},
		{"R-7.10: notified, and it is said not to be relevant", under(`<Tidspunkt typeTidspunkt="31" tidspunkt="2025-09-12"/>`), "helfo-contradicts varslingHelfo"},
		{"R-7.11: agreed not to notify, and no day of it", [2]string{`varslingHelfo="1"`, `varslingHelfo="3"`}, "helfo-agreed-without-time varslingHelfo"},
		{"R-9.2: no such notice", [2]string{`varslingHelfo="1"`, `varslingHelfo="4"`}, "code-unknown varslingHelfo"},
		{"R-9.2: second opinion is yes or no", [2]string{`secondOpinion="2"`, `secondOpinion="3"`}, "code-unknown secondOpinion"},
		{"R-9.2: no such sex", [2]string{`kjonn="2"`, `kjonn="3"`}, "code-unknown kjonn"},
		{"R-9.2: sex not known", [2]string{`kjonn="2"`, `kjonn="0"`}, ""},
		{"R-9.12: never a service", [2]string{`henvFraTjeneste="28"`, `henvFraTjeneste="3"`}, "code-unknown henvFraTjeneste"},
		{"R-9.12: a service until 2016", [2]string{`henvFraTjeneste="28"`, `henvFraTjeneste="21"`}, "code-retired henvFraTjeneste"},
		{"R-9.13: the zero in front is gone", [2]string{`fagomrade="050"`, `fagomrade="50"`}, "code-unknown fagomrade"},
		{"R-9.13: no longer a specialty", [2]string{`fagomrade="050"`, `fagomrade="232"`}, "code-retired fagomrade"},
		{"R-10.11: radiology", [2]string{`fagomrade="050"`, `fagomrade="852"`}, "excluded 23"},
		{"R-9.14: no such debtor", [2]string{`debitorHenvisning="1"`, `debitorHenvisning="2"`}, "code-unknown debitorHenvisning"},
		{"R-9.14: no longer a debtor", [2]string{`debitorHenvisning="1"`, `debitorHenvisning="41"`}, "code-retired debitorHenvisning"},
		{"R-9.14: through Helfo on a breach", [2]string{`debitorHenvisning="1"`, `debitorHenvisning="70"`}, ""},
		{"R-9.15: no such legal basis", added(`henvFormal="2"`), "code-unknown henvFormal"},
		{"R-9.3: no treatment site", [2]string{`<RefEnhet enhetID="314001389" typeEnhet="1"/>`, ``}, "site-missing behandlingsstedKode"},
		{"R-9.3: no department", [2]string{`<RefEnhet enhetID="9980111" typeEnhet="7"/>`, ``}, "empty avdelingReshID"},
		{"R-9.3: no professional unit", [2]string{`<RefEnhet enhetID="9960000" typeEnhet="2"/>`, ``}, "empty fagenhetReshID"},
		{"R-9.3: no such type of unit", under(`<RefEnhet enhetID="9960000" typeEnhet="10"/>`), "unknown RefEnhet@typeEnhet 10"},
		{"R-9.3: a post is a type of unit", under(`<RefEnhet enhetID="9960000" typeEnhet="6"/>`), ""},
		{"R-1.36: seniority after the receipt", [2]string{`ansienDato="2025-09-01"`, `ansienDato="2025-09-03"`}, "seniority-after-received ansienDato"},
		{"R-10.11: received after the period", [2]string{`ansienDato="2025-09-01" mottaksDato="2025-09-01" vurdDato="2025-09-10"`, `ansienDato="2025-10-01" mottaksDato="2025-10-01" vurdDato="2025-10-01"`}, "excluded 7"},
	} {
		body := one
		if c.change[0] != "" {
			if body = strings.Replace(one, c.change[0], c.change[1], 1); body == one {
				t.Fatalf("%s: nothing is changed", c.why)
			}
		}
		var got []string
		var k *Checker
		m, err := Scan(strings.NewReader(head+body+"</Institusjon>"+tail), Options{}, func(r *Row) error {
			for _, x := range r.Problems {
				got = append(got, x.Code)
			}
			if k == nil {
				k = NewChecker(&testHead, nil)
			}
			for _, f := range k.Check(&r.Period, r.Line, 0, nil) {
				if f.Field == "" {
					f.Field = f.Value
				}
				got = append(got, f.Code+" "+f.Field)
			}
			return nil
		})
		if err != nil || k == nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		for name := range k.Summary.Empty {
			got = append(got, "empty "+name)
		}
		for name := range m.Unknown {
			got = append(got, "unknown "+name)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %q, want %q", c.why, s, c.want)
		}
	}
}
