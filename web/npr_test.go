package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rettid/npr"
)

func putIn(t *testing.T, srv *httptest.Server, text string) (*http.Response, string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("kvittering", "svar.xml")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(part, text)
	form.Close()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Post(srv.URL+"/npr/kvittering", form.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// A site's message from nothing to an answer: made, looked at, downloaded, sent, rejected, made again.
func TestRegistryMessageOnThePages(t *testing.T) {
	_, srv := newSite(t, Options{})
	scope := url.Values{"periode": {"2025-04"}, "sykehus": {"FJO"}, "sted": {"FJO-F"}}
	at := "/npr/melding?" + scope.Encode()
	status, page := get(t, srv, "/npr")
	if status != http.StatusOK || !strings.Contains(text(page), "mars 2025") || !strings.Contains(text(page), "Ikke laget") {
		t.Fatalf("%d %s", status, text(page))
	}
	if status, page = get(t, srv, at); status != http.StatusOK || !strings.Contains(page, "Meldingen er ikke laget") {
		t.Fatalf("%d %s", status, text(page))
	}
	if res, body := post(t, srv, "/npr/lag", scope); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	_, page = get(t, srv, at)
	for _, want := range []string{"Melding 1", "Laget", "Perioden er ikke over", "Telles ikke av registeret", "Ikke vurdert ved periodens slutt", "omsNivaHenv er tomt i"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the page lacks %q: %s", want, text(page))
		}
	}
	if regexp.MustCompile(`Fiktiv|Oppdiktet|Kulisse`).MatchString(page) {
		t.Error("a name stands on the page")
	}
	// What is not assessed leads to its assessment.
	if !regexp.MustCompile(`href="/sak/FJO/\d+/vurder"`).MatchString(page) {
		t.Error("nothing leads to an assessment")
	}
	one := url.Values{"nr": {"1"}}
	for k, v := range scope {
		one[k] = v
	}
	res, file := post(t, srv, "/npr/fil", one)
	var id string
	m, err := npr.Scan(strings.NewReader(file), npr.Options{}, func(*npr.Row) error { return nil })
	if err != nil || m.Rows == 0 || m.Number != 1 || res.Header.Get("Content-Disposition") != `attachment; filename="npr-ord-2025-04-FJO-F-1.xml"` {
		t.Fatalf("the file: %v %+v %v", err, m, res.Header)
	}
	id = m.ID
	if _, ide := post(t, srv, "/npr/ident", scope); !strings.Contains(ide, `58_0_1_ide`) || !strings.Contains(ide, `typeID="FNR"`) {
		t.Errorf("the identity message: %.300s", ide)
	}
	if res, body := post(t, srv, "/npr/sendt", one); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	if _, page = get(t, srv, at); !strings.Contains(text(page), "Sendt 23") {
		t.Errorf("not marked as sent: %s", text(page))
	}
	for _, bad := range []struct{ file, says string }{
		{"", "Filen er tom"}, {"<AppRec>", "Filen er avkuttet"}, {"<!DOCTYPE a><a/>", "En dokumenttype tas ikke imot"},
		{`<AppRec><Status V="1"/><OriginalMsgId><Id>another</Id></OriginalMsgId></AppRec>`, "melding som ikke er laget her"},
	} {
		if res, body := putIn(t, srv, bad.file); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), bad.says) {
			t.Errorf("%q: %d %s", bad.file, res.StatusCode, text(body))
		}
	}
	row := regexp.MustCompile(`henvisningsperiodeID="(FJO-\d+)"`).FindStringSubmatch(file)[1]
	if res, body := putIn(t, srv, `<AppRec><Id>k1</Id><Status V="2"/><Error V="T02" S="2.16.578.1.12.4.1.1.8221"/><OriginalMsgId><Id>`+id+`</Id></OriginalMsgId></AppRec>`); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	if _, page = get(t, srv, at); !strings.Contains(text(page), "Avvist") || !strings.Contains(text(page), "T02 XML validerer ikke") {
		t.Errorf("the rejection: %s", text(page))
	}
	if res, _ := putIn(t, srv, `<Melding xmlns="http://www.npr.no/xmlstds/53_1_3_err" lopenr="1"><Henvisning henvisningsperiodeID="`+row+`"><Feil feilkode="212" attributt="vurdDato" beskrivelse="Vurdert for tidlig"/></Henvisning></Melding>`); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.StatusCode)
	}
	if _, page = get(t, srv, at); !strings.Contains(text(page), "Fra registeret 1") || !strings.Contains(text(page), "212 Vurdert for tidlig") || !strings.Contains(page, `href="/sak/`+strings.Replace(row, "-", "/", 1)+`/gjor/correct"`) {
		t.Errorf("the report of errors: %s", text(page))
	}
	again := url.Values{"sist": {"1"}}
	for k, v := range scope {
		again[k] = v
	}
	for range 2 { // pressed twice, made once
		if res, body := post(t, srv, "/npr/lag", again); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", res.StatusCode, text(body))
		}
	}
	if _, page = get(t, srv, at); !strings.Contains(text(page), "Melding 2") || strings.Contains(text(page), "Melding 3") || !strings.Contains(text(page), "Rettet av en senere melding") {
		t.Errorf("the correction: %s", text(page))
	}
	if _, old := post(t, srv, "/npr/fil", one); old != file {
		t.Error("the first message is not what it was")
	}
	if _, page = get(t, srv, "/npr?periode=2025-04&sykehus=FJO&status=made"); !strings.Contains(text(page), "1 av 1") {
		t.Errorf("the list by status: %s", text(page))
	}
}

func TestRegistryPagesRefuseWhatIsNotThere(t *testing.T) {
	_, srv := newSite(t, Options{})
	for _, path := range []string{"/npr?periode=2025-13", "/npr?status=odd", "/npr?periode=x"} {
		if status, _ := get(t, srv, path); status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, status)
		}
	}
	for _, path := range []string{"/npr/melding", "/npr/melding?periode=2025-03&sykehus=NOBODY", "/npr/melding?periode=2025-03&sykehus=FJO&sted=SUN-1", "/npr/melding?periode=2030-03&sykehus=FJO"} {
		if status, _ := get(t, srv, path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	for _, path := range []string{"/npr?periode=2024-T3", "/npr?periode=2024", "/npr?lang=en", "/npr?lang=nn&periode=2019-02", "/npr?side=99"} {
		if status, _ := get(t, srv, path); status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
	}
	scope := url.Values{"periode": {"2025-03"}, "sykehus": {"FJO"}, "nr": {"7"}}
	for _, path := range []string{"/npr/fil", "/npr/sendt", "/npr/ident"} {
		if res, _ := post(t, srv, path, scope); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s of a message that was not made: %d", path, res.StatusCode)
		}
	}
}

// Who reports: those who lead a hospital, for it; the administrator, everywhere and never who the patients are. Nobody else.
func TestWhoMayReportToTheRegistry(t *testing.T) {
	_, srv := newGated(t)
	fjo, inn := url.Values{"periode": {"2025-03"}, "sykehus": {"FJO"}, "sted": {"FJO-F"}}, url.Values{"periode": {"2025-03"}, "sykehus": {"INN"}}
	for _, who := range []string{"booking", "assessor", "intake", "letters", "otherunit", "elsewhere", "gp", "user", "author", "auditor"} {
		v := be(t, srv, who)
		for _, path := range []string{"/npr", "/npr/melding?" + fjo.Encode()} {
			if res, _ := v.get(path); res.StatusCode == http.StatusOK {
				t.Errorf("%s sees %s", who, path)
			}
		}
		if res, _ := v.post("/npr/lag", fjo); res.StatusCode == http.StatusOK || strings.HasPrefix(res.Header.Get("Location"), "/npr") {
			t.Errorf("%s makes a message", who)
		}
	}
	for _, c := range []struct {
		who        string
		elsewhere  bool
		identities bool
	}{{"manager", false, false}, {"director", false, false}, {"region", true, false}, {"admin", true, false}} {
		v := be(t, srv, c.who)
		if res, body := v.get("/npr?periode=2025-03"); res.StatusCode != http.StatusOK || !strings.Contains(body, "Fjordvik") || strings.Contains(text(body), "Innvik sykehus, Innvik") != c.elsewhere {
			t.Errorf("%s: the list: %d %s", c.who, res.StatusCode, text(body))
		}
		if res, _ := v.post("/npr/lag", fjo); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: making: %d", c.who, res.StatusCode)
		}
		if res, _ := v.get("/npr/melding?" + inn.Encode()); (res.StatusCode == http.StatusOK) != c.elsewhere {
			t.Errorf("%s: another hospital's message: %d", c.who, res.StatusCode)
		}
		if res, body := v.post("/npr/ident", fjo); (res.StatusCode == http.StatusOK) != c.identities || strings.Contains(body, "typeID") != c.identities {
			t.Errorf("%s: the identity message: %d", c.who, res.StatusCode)
		}
	}
}
