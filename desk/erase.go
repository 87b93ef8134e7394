package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rettid/day"
	"rettid/ledger"
)

// Erasure of all that is kept of a patient: helsepersonelloven §§ 43 and 44, on somebody's decision. Nothing is undone afterwards. What happened, on which days and
// by which rules, stays in the log, of an id that leads nowhere; so does that it was decided, by whom and on which ground.

// Kinds of papers that tell of a patient, all of the patient's tenant but the drafts of referrals.
const (
	ContactPaper       = "contact"                  // by patient: phone and address before and after
	ActsForPaper       = "acts-for"                 // by patient: everybody who acts for them
	HidePaper          = "hidden-from-parents"      // by patient
	ActsForOfPaper     = "acts-for-of"              // by the digest of one who acts: a JSON array of patients
	AssessDraftPaper   = "draft"                    // by case/…
	LetterReadPaper    = "letter-read"              // by case/…
	DecisionDraftPaper = "exception-decision-draft" // by case/…
	ApplicationPaper   = "exception-draft"          // by an id of its own: of a referral, or of a number typed in
	IdentityPaper      = "identity"                 // by patient: how a patient without a Norwegian number was known, and when the number came
	LookReviewPaper    = "look-review"              // by day/case/who/purpose: what came of following up a look
	ErasurePaper       = "erasure"                  // by patient: that it was decided
	ReferralDraftPaper = "referral-draft"           // in HouseTenant, by the one who writes and an id of its own: a referral that is not sent
)

// A ReferralDraft is the body of such a draft: the form as it was typed, and the day of birth that was read from it.
type ReferralDraft struct {
	Typed url.Values `json:"typed"`
	Born  day.Day    `json:"born,omitzero"`
}

// HouseTenant has the papers that are no trust's: what somebody outside every trust has kept.
const HouseTenant = "alle"

// ErasureGround is why everything is erased, a code of wording erase.ground.<code>.
type ErasureGround string

// The grounds.
const (
	ErasureHarmful  ErasureGround = "harmful"       // wrong or misleading, and felt as a burden: helsepersonelloven § 43 no. 1
	ErasureNeedless ErasureGround = "needless"      // plainly not needed for care: helsepersonelloven § 43 no. 2
	ErasureOthers   ErasureGround = "wrong_patient" // written in the wrong person's record: helsepersonelloven § 44
)

// ErasureGrounds lists them.
func ErasureGrounds() []ErasureGround {
	return []ErasureGround{ErasureHarmful, ErasureNeedless, ErasureOthers}
}

var archiveNumber = regexp.MustCompile(`^[0-9]{1,6}[/-][0-9]{1,6}(-[0-9]{1,4})?$`)

// ArchiveNumber tells whether a text is how a decision is found in an archive, year and number, and a document's: 2025/1234-5. There are no words in it, for
// nobody is to be named.
func ArchiveNumber(s string) bool { return archiveNumber.MatchString(s) }

// An Erasure is the decision to erase a patient.
type Erasure struct {
	Tenant, Patient string
	Ground          ErasureGround
	Reference       string // the decision's number in the archive
	Actor, Role     string // who decided
	Seen            string // the Token of what was counted for the one who decided; empty: whatever there is

	Masked []ledger.Paper // papers that only name the patient among others, as they are to be: see [ledger.PatientPapers].Single
}

// An Erased is what the paper of a decision tells.
type Erased struct {
	Ground    ErasureGround `json:"ground"`
	Reference string        `json:"reference"`
	Role      string        `json:"role,omitempty"`
	Took      ledger.About  `json:"took"`

	At    int64  `json:"-"` // UTC microseconds
	Actor string `json:"-"`
}

// ErrStillOpen says that a patient has open cases: their duties need somebody to be owed to.
var ErrStillOpen = errors.New("the patient has open cases: close them, or forward them, before everything is erased")

// ErrErased says that a patient is erased already.
var ErrErased = errors.New("the patient is erased already")

// ErasureToken tells one count from another.
func ErasureToken(a ledger.About) string {
	b, err := json.Marshal(a)
	if err != nil {
		panic("desk: " + err.Error()) // numbers and codes
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// ToErase counts what would be erased with a patient. [ErrMissing]: there is no such patient; [ErrErased]: it is done.
func (d *Desk) ToErase(ctx context.Context, tenant, patient string) (ledger.About, error) {
	papers, err := d.patientPapers(ctx, tenant, patient)
	if err != nil {
		return ledger.About{}, err
	}
	return d.Ledger.About(ctx, tenant, patient, papers)
}

// patientPapers finds the papers that tell of a patient.
func (d *Desk) patientPapers(ctx context.Context, tenant, patient string) (ledger.PatientPapers, error) {
	out := ledger.PatientPapers{OfPatient: []string{ContactPaper, ActsForPaper, HidePaper, IdentityPaper}, OfCase: []string{AssessDraftPaper, LetterReadPaper, DecisionDraftPaper}}
	person, ok, err := d.Ledger.Person(ctx, tenant, patient)
	switch {
	case err != nil:
		return out, err
	case !ok:
		return out, ErrMissing
	case person.Erased != 0:
		return out, ErrErased
	}
	cases, _, err := d.Ledger.CasesOf(ctx, tenant, patient)
	if err != nil {
		return out, err
	}
	if out.Also, err = d.KnownAs(ctx, tenant, patient); err != nil {
		return out, err
	}
	ids := append([]string{patient}, out.Also...)
	// The way from one who acts to the patient: found by everybody who ever acted.
	var versions []ledger.Paper
	for _, id := range ids {
		some, err := d.Ledger.PaperVersions(ctx, tenant, ActsForPaper, id)
		if err != nil {
			return out, err
		}
		versions = append(versions, some...)
	}
	var digests []string
	for _, p := range versions {
		var body struct {
			People []struct{ Digest string }
		}
		if len(p.Body) == 0 {
			continue
		}
		if err := json.Unmarshal(p.Body, &body); err != nil {
			return out, fmt.Errorf("read who acts for patient %s, version %d: %w", patient, p.Seq, err)
		}
		for _, x := range body.People {
			digests = append(digests, x.Digest)
		}
	}
	slices.Sort(digests)
	for _, digest := range slices.Compact(digests) {
		p, ok, err := d.Ledger.Paper(ctx, tenant, ActsForOfPaper, digest)
		if err != nil {
			return out, err
		}
		if !ok || len(p.Body) == 0 {
			continue
		}
		var of []string
		if err := json.Unmarshal(p.Body, &of); err != nil {
			return out, fmt.Errorf("read whom one acts for: %w", err)
		}
		if of = slices.DeleteFunc(of, func(id string) bool { return slices.Contains(ids, id) }); len(of) == 0 {
			p.Body = nil
		} else if p.Body, err = json.Marshal(of); err != nil {
			return out, err
		}
		out.Single = append(out.Single, p)
	}
	// Applications somebody has begun to write.
	drafts, err := d.Ledger.Papers(ctx, tenant, ApplicationPaper, "", 0, 0)
	if err != nil {
		return out, err
	}
	for _, p := range drafts {
		var body struct {
			Referral int64
			Typed    map[string][]string
		}
		if err := json.Unmarshal(p.Body, &body); err != nil {
			return out, fmt.Errorf("read the draft of an application: %w", err)
		}
		typed := func(name, is string) bool { return is != "" && slices.Contains(body.Typed[name], is) }
		if slices.Contains(cases, body.Referral) || typed("nummer", person.Ident) || typed("lokal", person.LocalID) {
			p.Body = nil
			out.Single = append(out.Single, p)
		}
	}
	// What was written of following up looks: who looked, when and what came of it is the access log's (pasientjournalloven § 22), and stays; the words may be of the
	// patient, and go.
	reviews, err := d.Ledger.Papers(ctx, tenant, LookReviewPaper, "", 0, 0)
	if err != nil {
		return out, err
	}
	for _, p := range reviews {
		parts := strings.Split(p.ID, "/")
		if id, err := strconv.ParseInt(parts[min(1, len(parts)-1)], 10, 64); err != nil || !slices.Contains(cases, id) {
			continue
		}
		versions, err := d.Ledger.PaperVersions(ctx, tenant, LookReviewPaper, p.ID)
		if err != nil {
			return out, err
		}
		var some []ledger.Paper
		words := false
		for _, v := range slices.Backward(versions) { // the latest first: each then stands in its own place
			var body struct {
				Verdict string `json:"verdict"`
				Reason  string `json:"reason,omitempty"`
			}
			if err := json.Unmarshal(v.Body, &body); err != nil {
				return out, fmt.Errorf("read what came of a look, version %d: %w", v.Seq, err)
			}
			words = words || body.Reason != ""
			body.Reason = ""
			if v.Body, err = json.Marshal(body); err != nil {
				return out, err
			}
			some = append(some, v)
		}
		if words {
			out.Single = append(out.Single, some...)
		}
	}
	// Referrals somebody has begun to write, to the trust or to nowhere yet: one to another trust is not of this record.
	if drafts, err = d.Ledger.Papers(ctx, HouseTenant, ReferralDraftPaper, "", 0, 0); err != nil {
		return out, err
	}
	for _, p := range drafts {
		var body ReferralDraft
		if err := json.Unmarshal(p.Body, &body); err != nil {
			return out, fmt.Errorf("read the draft of a referral: %w", err)
		}
		typed := body.Typed
		if to, ok := d.Org.Provider(typed.Get("sted")); ok && to.Trust != tenant {
			continue
		}
		number := strings.NewReplacer(" ", "", "\u00a0", "").Replace(typed.Get("nummer"))
		same := strings.EqualFold(typed.Get("fornavn"), person.Given) && strings.EqualFold(typed.Get("etternavn"), person.Family) && !body.Born.IsZero() && body.Born == person.Born
		if number != "" && number == person.Ident || number == "" && same {
			p.Body = nil
			out.Single = append(out.Single, p)
		}
	}
	return out, nil
}

// ErasePatient erases who a patient is and every word kept of the patient, and keeps that it was decided. [ErrStillOpen], [ErrMoved] when there is
// more or less than the one who decided had seen, and what ToErase says. What stopped half-way is done by asking again.
func (d *Desk) ErasePatient(ctx context.Context, e Erasure) (Erased, error) {
	if !slices.Contains(ErasureGrounds(), e.Ground) || !ArchiveNumber(e.Reference) || e.Actor == "" {
		return Erased{}, errors.New("erase a patient: a ground, the decision's number in the archive and who decided are needed")
	}
	papers, err := d.patientPapers(ctx, e.Tenant, e.Patient)
	if err != nil {
		return Erased{}, err
	}
	about, err := d.Ledger.About(ctx, e.Tenant, e.Patient, papers)
	switch {
	case err != nil:
		return Erased{}, err
	case len(about.Open) > 0:
		return Erased{}, ErrStillOpen
	case e.Seen != "" && e.Seen != ErasureToken(about):
		return Erased{}, ErrMoved
	}
	for _, p := range e.Masked {
		about.Papers[p.Kind]++
	}
	papers.Single = append(papers.Single, e.Masked...)
	done := Erased{Ground: e.Ground, Reference: e.Reference, Role: e.Role, Took: about, At: d.Now().UTC().UnixMicro(), Actor: e.Actor}
	body, err := json.Marshal(done)
	if err != nil {
		return Erased{}, err
	}
	before, _, err := d.Ledger.Paper(ctx, e.Tenant, ErasurePaper, e.Patient)
	if err != nil {
		return Erased{}, err
	}
	// The decision first: nothing is erased without one that stands.
	if _, err := d.Ledger.PutPaper(ctx, ledger.Paper{Tenant: e.Tenant, Kind: ErasurePaper, ID: e.Patient, Seq: before.Seq, At: done.At, Actor: e.Actor, Body: body}); err != nil {
		return Erased{}, err
	}
	return done, d.Ledger.ErasePatient(ctx, e.Tenant, e.Patient, papers, done.At)
}

// Erasure gives the decision a patient was erased by, and whether there is one.
func (d *Desk) Erasure(ctx context.Context, tenant, patient string) (Erased, bool, error) {
	p, ok, err := d.Ledger.Paper(ctx, tenant, ErasurePaper, patient)
	if err != nil || !ok {
		return Erased{}, false, err
	}
	var e Erased
	if err := json.Unmarshal(p.Body, &e); err != nil {
		return Erased{}, false, fmt.Errorf("read the decision on patient %s: %w", patient, err)
	}
	e.At, e.Actor = p.At, p.Actor
	return e, true, nil
}
