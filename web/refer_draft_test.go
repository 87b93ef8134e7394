package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"rettid/day"
	"rettid/desk"
	"rettid/exception"
	"rettid/law"
	"rettid/ledger"
	"rettid/patient"
)

// drafts counts the drafts of referrals that stand, whoever's they are.
func (s *seed) drafts() int {
	s.t.Helper()
	all, err := s.d.Ledger.Papers(s.ctx, desk.HouseTenant, desk.ReferralDraftPaper, "", 0, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	return len(all)
}

// A referral is saved as a draft and gone on with; nobody else sees it, not even at the office; it starts no clock, its address tells nothing, and it is gone for good when
// it is sent.
func TestReferralDraft(t *testing.T) {
	s, srv := newOutside(t)
	gp, colleague, office := be(t, srv, "gp"), be(t, srv, "colleague"), be(t, srv, "office")
	number := newNumber(t)
	_, page := gp.get(referURL)
	if res, body := gp.post(referURL, changed(filled(t, page), "lagre", "utkast")); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Det er ingenting å lagre") {
		t.Errorf("nothing is saved: %d %s", res.StatusCode, text(body))
	}
	form := changed(filled(t, page, "nummer", number, "etternavn", "Nyhenvist", "punkt-problem", "Vondt i <kneet>."), "lagre", "utkast")
	var at string
	for range 2 { // pressed twice, one draft
		res, body := gp.post(referURL, form)
		if at = res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, referURL+"?") || strings.Contains(at, number) {
			t.Fatalf("saved: %d %s %s", res.StatusCode, at, text(body))
		}
	}
	if n := s.drafts(); n != 1 || s.named("FJO", "Nyhenvist") != 0 {
		t.Errorf("%d drafts, %d persons", n, s.named("FJO", "Nyhenvist"))
	}
	for who, v := range map[string]visitor{"colleague": colleague, "office": office, "booking": be(t, srv, "booking")} {
		want := http.StatusForbidden
		if who == "colleague" {
			want = http.StatusNotFound
		}
		if res, body := v.get(at); res.StatusCode != want || strings.Contains(body, number) {
			t.Errorf("%s sees the draft: %d", who, res.StatusCode)
		}
		if res, body := v.get(draftsURL); strings.Contains(body, "Nyhenvist") || who != "colleague" && res.StatusCode != http.StatusForbidden {
			t.Errorf("%s sees the drafts: %d", who, res.StatusCode)
		}
	}
	id := strings.TrimPrefix(strings.TrimSuffix(at, "&utkast="), referURL+"?lagret=1&utkast=")
	if res, _ := colleague.post(draftsURL, url.Values{"utkast": {id}, "sikker": {"ja"}}); res.StatusCode != http.StatusSeeOther || s.drafts() != 1 {
		t.Errorf("another discards it: %d, %d drafts", res.StatusCode, s.drafts())
	}
	_, body := gp.get("/henviser")
	if got := text(body); !strings.Contains(got, "Utkast 1") {
		t.Errorf("the tab: %s", got)
	}
	_, body = gp.get(draftsURL)
	if got := text(body); !strings.Contains(got, "Nyhenvist") || !strings.Contains(got, "lagret i dag kl.") || !strings.Contains(got, "1 av 8 punkter") || !strings.Contains(got, "Sykehus ikke valgt") || strings.Contains(body, number) {
		t.Errorf("my drafts: %s", got)
	}
	_, page = gp.get(at)
	if got := text(page); !strings.Contains(got, "Utkast, lagret i dag") || !strings.Contains(got, "ingen frist løper") || !strings.Contains(page, `value="`+number+`"`) || !strings.Contains(page, "Vondt i &lt;kneet&gt;.") || !strings.Contains(got, "1 av 8 punkter er på plass.") {
		t.Errorf("gone on with: %s", got)
	}
	// A second one about the same: both lead to each other.
	_, other := gp.get(referURL)
	_, body = gp.post(referURL, changed(filled(t, other, "nummer", number), "lagre", "utkast"))
	if n := s.drafts(); n != 2 {
		t.Errorf("%d drafts", n)
	}
	_, again := gp.get(at)
	if got := text(again); !strings.Contains(got, "Pasienten har allerede") || !strings.Contains(got, "Utkast, Fagområde ikke valgt") {
		t.Errorf("two about one: %s", got)
	}
	// It is sent, and is a draft no more; saved once more from another window, it leads to what was sent.
	form = filled(t, page, "fornavn", "Nora", "fag", "orthopaedics", "sted", "FJO")
	_, body = gp.post(referURL, form)
	if got := text(body); !strings.Contains(got, "Dette sendes til Fjordvik sykehus") {
		t.Fatalf("looked over: %s", got)
	}
	res, body := gp.post(referURL, filled(t, body))
	if res.StatusCode != http.StatusSeeOther || s.drafts() != 1 {
		t.Fatalf("sent: %d %s, %d drafts", res.StatusCode, text(body), s.drafts())
	}
	sentAt(t, res.Header.Get("Location"))
	if res, _ := gp.get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("the draft after it was sent: %d", res.StatusCode)
	}
	if later, _ := gp.post(referURL, changed(form, "lagre", "utkast")); later.Header.Get("Location") != res.Header.Get("Location") || s.drafts() != 1 {
		t.Errorf("saved after it was sent: %s, %d drafts", later.Header.Get("Location"), s.drafts())
	}
	// The other is discarded, after a question.
	_, body = gp.get(draftsURL)
	form = filled(t, body)
	_, body = gp.post(draftsURL, form)
	if got := text(body); !strings.Contains(got, "Slette utkastet?") || s.drafts() != 1 {
		t.Errorf("asked: %s", got)
	}
	if _, body = gp.post(draftsURL, changed(form, "sikker", "ja")); s.drafts() != 0 {
		t.Errorf("discarded: %s", text(body))
	}
	all, err := s.d.Ledger.PaperVersions(s.ctx, desk.HouseTenant, desk.ReferralDraftPaper, "")
	if err != nil || len(all) != 0 {
		t.Errorf("versions: %v %v", all, err)
	}
}

// A draft grows old, is told to be, and is erased; so it is when the patient is.
func TestReferralDraftGoes(t *testing.T) {
	s, srv := newOutside(t)
	gp := be(t, srv, "gp")
	put := func(id string, days int, body string) {
		if _, err := s.d.Ledger.PutPaper(s.ctx, ledger.Paper{Tenant: desk.HouseTenant, Kind: desk.ReferralDraftPaper, ID: id, At: s.d.Now().Add(-time.Duration(days) * 24 * time.Hour).UnixMicro(), Actor: "gp", Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	_, page := gp.get(referURL)
	gp.post(referURL, changed(filled(t, page, "etternavn", "Kladd"), "lagre", "utkast"))
	mine, err := s.d.Ledger.Papers(s.ctx, desk.HouseTenant, desk.ReferralDraftPaper, "", 0, 0)
	if err != nil || len(mine) != 1 {
		t.Fatalf("%v %v", mine, err)
	}
	prefix, _, _ := strings.Cut(mine[0].ID, "/")
	put(prefix+"/gammel", 20, `{"typed":{"key":["AAAAAAAAAAAAAAAAAAAAAAAAAA"],"etternavn":["Oldsen"]}}`)
	put(prefix+"/forgammel", desk.KeepReferralDraft+2, `{"typed":{"key":["AAAAAAAAAAAAAAAAAAAAAAAAAA"],"etternavn":["Bortsen"]}}`)
	put("en-annen/forgammel", desk.KeepReferralDraft+2, `{"typed":{"etternavn":["Bortsen"]}}`)
	_, body := gp.get(draftsURL)
	if got := text(body); !strings.Contains(got, "lagret for 20 dager siden") || strings.Contains(got, "Bortsen") || s.drafts() != 3 {
		t.Errorf("old ones: %s, %d drafts", got, s.drafts())
	}
	if _, body := gp.get(referURL + "?utkast=gammel"); !strings.Contains(text(body), "Utkastet er gammelt") {
		t.Errorf("an old one: %s", text(body))
	}
	for _, dry := range []bool{true, false} {
		if n, err := s.d.ExpireReferralDrafts(s.ctx, today, dry); err != nil || n != 1 || s.drafts() != map[bool]int{true: 3, false: 2}[dry] {
			t.Errorf("retention, dry %v: %d %v, %d drafts", dry, n, err, s.drafts())
		}
	}
	if res, _ := gp.get(referURL + "?utkast=" + url.QueryEscape("../gammel")); res.StatusCode != http.StatusNotFound {
		t.Errorf("a draft with a path: %d", res.StatusCode)
	}
}

// A newborn is referred without a number: the form asks what is known, intake sees it, the number is added when it comes; and one who is known already becomes one
// with the one they are.
func TestReferWithoutNumber(t *testing.T) {
	s, srv := newOutside(t)
	gp, intake := be(t, srv, "gp"), be(t, srv, "intake")
	_, page := gp.get(referURL)
	base := filled(t, page, "fornavn", "Nyfødt", "etternavn", "Barseldummy", "fag", "paediatrics", "sted", "FJO", "punkt-problem", "Bilyd på hjertet.", "uten", "newborn")
	hnr := "15415712345"
	for n := range 100000 { // an H-number somewhere
		if id, err := patient.Identify("154157" + strings.Repeat("0", 5-len(strconv.Itoa(n))) + strconv.Itoa(n)); err == nil && id.Kind == patient.HNR {
			hnr = id.Number
			break
		}
	}
	for _, x := range []struct{ name, value, want string }{
		{"nummer", newNumber(t), "Du har oppgitt et nummer"}, {"fodt", "", "Født : Fyll ut"}, {"fodt", "2030-01-01", "Fødselsdatoen er ikke kommet ennå"}, {"kjonn", "", "Kjønn : Fyll ut"}, {"legitimasjon", "", "Kjent ved : Fyll ut"},
		{"legnr", "12345678901", "Mors nummer stemmer ikke"}, {"legitimasjon", "passport", "Land : Fyll ut"}, {"uten", "tull", "Hvorfor mangler nummeret? : Fyll ut"}, {"uten", "abroad", "bare for nyfødte"}, {"legitimasjon", "none", "Velg hva nummeret står på"},
	} {
		form := changed(base, "fodt", "04.04.2025")
		for k, v := range map[string]string{"kjonn": "female", "legitimasjon": "mother", "legnr": newNumber(t)} {
			form.Set(k, v)
		}
		form.Set(x.name, x.value)
		if res, body := gp.post(referURL, form); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), x.want) {
			t.Errorf("%s %q: %d, no %q in %s", x.name, x.value, res.StatusCode, x.want, text(body))
		}
	}
	if res, body := gp.post(referURL, changed(changed(base, "uten", ""), "nummer", hnr)); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Et H-nummer gjelder bare") {
		t.Errorf("an H-number: %d %s", res.StatusCode, text(body))
	}
	fh := ""
	for n := range 100000 {
		if id, err := patient.Identify("899999" + strings.Repeat("0", 5-len(strconv.Itoa(n))) + strconv.Itoa(n)); err == nil && id.Kind == patient.FHNR {
			fh = id.Number
			break
		}
	}
	if res, body := gp.post(referURL, changed(changed(base, "uten", ""), "nummer", fh)); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(body), "Født : Fyll ut") {
		t.Errorf("a common help number: %d %s", res.StatusCode, text(body))
	}
	send := func(given, born string) (tenant string, id int64) {
		t.Helper()
		_, page := gp.get(referURL)
		form := filled(t, page, "fornavn", given, "etternavn", "Barseldummy", "fag", "paediatrics", "sted", "FJO", "punkt-problem", "Bilyd på hjertet.", "uten", "newborn", "fodt", born, "kjonn", "female", "legitimasjon", "mother", "legnr", newNumber(t))
		_, body := gp.post(referURL, form)
		if got := text(body); !strings.Contains(got, "Pasienten har ikke norsk nummer. Sykehuset kan ikke sende") {
			t.Fatalf("looked over: %s", got)
		}
		res, body := gp.post(referURL, filled(t, body))
		if res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sent: %d %s", res.StatusCode, text(body))
		}
		return sentAt(t, res.Header.Get("Location"))
	}
	tenant, id := send("Nyfødt", "04.04.2025")
	// Sent once more: the first is told of.
	_, page = gp.get(referURL)
	_, body := gp.post(referURL, filled(t, page, "fornavn", "nyfødt", "etternavn", "Barseldummy", "fag", "paediatrics", "sted", "FJO", "punkt-problem", "x", "uten", "newborn", "fodt", "04.04.2025", "kjonn", "female", "legitimasjon", "none"))
	if got := text(body); !strings.Contains(got, "Pasienten har allerede en åpen henvisning i fagområdet") {
		t.Errorf("once more: %s", got)
	}
	if _, body := intake.get("/mottak"); !strings.Contains(text(body), "Uten norsk nummer") {
		t.Error("the intake is not told")
	}
	_, body = intake.get(caseURL(tenant, id))
	if got := text(body); !strings.Contains(got, "Nyfødt uten nummer. Kjent ved: Mors fødselsnummer "+newNumber(t)+". Legg til nummeret") {
		t.Errorf("the case: %s", got)
	}
	at := caseURL(tenant, id) + "/nummer"
	if res, _ := be(t, srv, "booking").get(at); res.StatusCode != http.StatusForbidden {
		t.Errorf("booking adds numbers: %d", res.StatusCode)
	}
	_, page = intake.get(at)
	if res, body := intake.post(at, filled(t, page, "nummer", "12345678901")); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no number: %d %s", res.StatusCode, text(body))
	}
	real, _ := patient.MakeSynthetic(day.On(2025, 4, 3), 3, true) // the day before: the number is right
	_, body = intake.post(at, filled(t, page, "nummer", real, "fornavn", "Nelly"))
	if got := text(body); !strings.Contains(got, "Er dette samme person?") || !strings.Contains(got, "Er ulikt") || !strings.Contains(got, "Nelly Barseldummy") {
		t.Fatalf("looked over: %s", got)
	}
	confirm := filled(t, body)
	res, body := intake.post(at, confirm)
	if res.StatusCode != http.StatusSeeOther || strings.Contains(res.Header.Get("Location"), real) {
		t.Fatalf("added: %d %s", res.StatusCode, text(body))
	}
	if res, _ := intake.post(at, confirm); res.StatusCode != http.StatusSeeOther {
		t.Errorf("added twice: %d", res.StatusCode)
	}
	x := s.state(tenant, id)
	if x.Born != day.On(2025, 4, 3) || x.Patient == "" {
		t.Errorf("it folds to %+v", x.Facts)
	}
	first, _, _ := s.d.Ledger.Person(s.ctx, tenant, x.Patient)
	if first.Given != "Nelly" || first.IdentKind != "fnr" || len(first.More) != 0 || first.Sex != patient.Female {
		t.Errorf("the person: %v %q %v", first.IdentKind, first.Sex, len(first.More))
	}
	// Another reception of the same child, found to be her.
	_, second := send("Nelly", "03.04.2025")
	_, body = intake.get(caseURL(tenant, second))
	if got := text(body); !strings.Contains(got, "Samme navn og fødselsdato: "+caseNumber(tenant, id)) {
		t.Errorf("who it may be: %s", got)
	}
	was := s.state(tenant, second).Patient
	applied, err := s.d.TakeMatter(s.ctx, desk.MatterOrder{Tenant: tenant, At: exception.At{On: today, Role: law.Specialist, Actor: "u2001", Place: "FJO"}, Known: s.d.Now(),
		Do: &exception.Apply{Method: "ID2024_902", MethodSaid: "no", Patient: was, Born: day.On(2025, 4, 3), Sex: "female", Place: "FJO", Doctor: "u2001", Reason: exception.Say("Trenger medisinen.")}})
	if err != nil {
		t.Fatal(err)
	}
	about := func() string { // whose application it is
		t.Helper()
		x, _, err := s.d.Ledger.MatterRow(s.ctx, tenant, applied.Matter)
		if err != nil {
			t.Fatal(err)
		}
		return x.Patient
	}
	at = caseURL(tenant, second) + "/nummer"
	_, page = intake.get(at)
	_, body = intake.post(at, filled(t, page, "nummer", real))
	if got := text(body); !strings.Contains(got, "Ja, det er samme person") {
		t.Fatalf("looked over: %s", got)
	}
	if res, body := intake.post(at, changed(filled(t, body), "seq", "7")); res.StatusCode != http.StatusConflict {
		t.Errorf("on another's work: %d %s", res.StatusCode, text(body))
	}
	if res, body := intake.post(at, filled(t, body)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("one: %d %s", res.StatusCode, text(body))
	}
	if x := s.state(tenant, second); x.Patient != first.ID || x.Born != first.Born || about() != first.ID {
		t.Errorf("it folds to the patient %s, and the application to %s", x.Patient, about())
	}
	// Who looked at her while she was another is told with the rest, to her and to staff; who acted for her then acts now.
	looked := func(patient string) int {
		t.Helper()
		also, err := s.d.KnownAs(s.ctx, tenant, patient)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.d.Ledger.Accesses(s.ctx, tenant, patient, 1000, 0, also...)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	before, err := s.d.Ledger.Accesses(s.ctx, tenant, was, 100, 0)
	if hers, _ := s.d.Ledger.Accesses(s.ctx, tenant, first.ID, 100, 0); err != nil || len(before) == 0 || looked(first.ID) != len(hers)+len(before) {
		t.Errorf("%d looks, of which %d at what she was before: %v", looked(first.ID), len(before), err)
	}
	if _, body := intake.get(caseURL(tenant, second) + "/innsyn"); !strings.Contains(text(body), "· "+itoa(looked(first.ID))+" ganger") {
		t.Errorf("the looks as staff see them: %s", text(body))
	}
	if log := mustLog(t, s, second); log[len(log)-1].Event.Kind() != "correct" || log[0].Event.Ask == nil {
		t.Error("the log was changed")
	}
	if rows, err := s.d.Ledger.RowsOf(s.ctx, tenant, first.ID); err != nil || len(rows) != 2 {
		t.Errorf("%d referrals, %v", len(rows), err)
	}
	if p, ok, _ := s.d.Ledger.Paper(s.ctx, tenant, desk.IdentityPaper, first.ID); !ok || !strings.Contains(string(p.Body), was) {
		t.Errorf("what was known is not kept: %s", p.Body)
	}
	// It was wrong: undone by a later fact, both in the log, and what came after stays.
	_, third := send("Nelly", "03.04.2025")
	_, body = intake.get(caseURL(tenant, second))
	undo := caseURL(tenant, second) + "/nummer/angre"
	if !strings.Contains(body, undo) || !strings.Contains(text(body), "Slått sammen med en pasient uten nummer") {
		t.Errorf("no way back: %s", text(body))
	}
	if _, body := intake.get(caseURL(tenant, third)); strings.Contains(body, "/angre") {
		t.Error("what was never moved can be moved back")
	}
	if res, _ := be(t, srv, "booking").get(undo); res.StatusCode != http.StatusForbidden {
		t.Errorf("booking parts patients: %d", res.StatusCode)
	}
	_, page = intake.get(undo)
	if got := text(page); !strings.Contains(got, "Disse sakene blir da hos pasienten uten nummer: "+caseNumber(tenant, second)) || !strings.Contains(got, "Disse sakene flyttes ikke: "+caseNumber(tenant, id)) {
		t.Errorf("what follows: %s", got)
	}
	if res, body := intake.post(undo, filled(t, page)); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `id="e-hvorfor"`) {
		t.Errorf("without a reason: %d", res.StatusCode)
	}
	if res, _ := intake.post(undo, changed(filled(t, page, "hvorfor", "x"), "seq", "77")); res.StatusCode != http.StatusConflict {
		t.Errorf("on another's work: %d", res.StatusCode)
	}
	form := filled(t, page, "hvorfor", "Tvillingen heter det samme.")
	if res, body := intake.post(undo, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("parted: %d %s", res.StatusCode, text(body))
	}
	if res, _ := intake.post(undo, form); res.StatusCode != http.StatusSeeOther {
		t.Errorf("parted twice: %d", res.StatusCode)
	}
	if x := s.state(tenant, second); x.Patient != was || len(mustLog(t, s, second)) != 3 || about() != was {
		t.Errorf("it folds to the patient %s of %d entries", x.Patient, len(mustLog(t, s, second)))
	}
	if hers, _ := s.d.Ledger.Accesses(s.ctx, tenant, first.ID, 100, 0); looked(first.ID) != len(hers) {
		t.Errorf("%d looks after they were parted, %d of them hers", looked(first.ID), len(hers))
	}
	_, body = intake.get(caseURL(tenant, second))
	if got := text(body); !strings.Contains(got, "Nyfødt uten nummer") || strings.Count(got, "Tvillingen heter det samme.") == 0 || !strings.Contains(got, "Pasienten har fått norsk nummer.") || !strings.Contains(got, "Pasient: født 3. april 2025 en annen med samme fødselsdato") || strings.Contains(got, "GP01") {
		t.Errorf("parted, and both corrections to be seen: %s", got)
	}
	// The number of the first was wrong too; but a referral has come by it only if it is hers: then it can't be taken away.
	undo = caseURL(tenant, id) + "/nummer/angre"
	_, page = intake.get(undo)
	form = filled(t, page, "hvorfor", "Søskens nummer.")
	if res, body := intake.post(undo, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("taken away: %d %s", res.StatusCode, text(body))
	}
	if p, _, _ := s.d.Ledger.Person(s.ctx, tenant, first.ID); p.Ident != "" || p.Given != "Nyfødt" || len(p.More) == 0 || s.state(tenant, id).Born != day.On(2025, 4, 4) {
		t.Errorf("the number is taken away: %q %q, born %s", p.IdentKind, p.Given, s.state(tenant, id).Born)
	}
	_, page = intake.get(caseURL(tenant, id) + "/nummer")
	_, body = intake.post(caseURL(tenant, id)+"/nummer", filled(t, page, "nummer", real))
	if res, body := intake.post(caseURL(tenant, id)+"/nummer", filled(t, body)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("given again: %d %s", res.StatusCode, text(body))
	}
	_, page = gp.get(referURL)
	_, body = gp.post(referURL, filled(t, page, "fornavn", "Nelly", "etternavn", "Barseldummy", "fag", "paediatrics", "sted", "FJO", "punkt-problem", "x", "nummer", real))
	if res, body := gp.post(referURL, filled(t, body)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("by the number: %d %s", res.StatusCode, text(body))
	}
	_, page = intake.get(undo)
	if got := text(page); !strings.Contains(got, "Nummeret kan ikke tas bort her") || strings.Contains(page, "<textarea") {
		t.Errorf("a referral has come by it: %s", got)
	}
	if res, _ := intake.post(undo, form); res.StatusCode != http.StatusConflict {
		t.Errorf("taken away all the same: %d", res.StatusCode)
	}
}
