// Package registry sends the house's report to the patient registry and keeps what was sent: a message is made from the ledger as it was known, checked, numbered,
// kept byte for byte with its digest, and followed until the registry has answered for it.
//
// What never happens here: no rule of content is written (package npr), nothing goes over a wire, and nothing that was made is changed: a correction is a later
// message that names the one before.
package registry

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"rettid/day"
	"rettid/desk"
	"rettid/ledger"
	"rettid/npr"
	"rettid/referral"
)

// A Registry makes and follows messages. It is safe for concurrent use.
type Registry struct {
	Desk    *desk.Desk
	Names   *npr.Names // npr.DefaultNames() when nil
	Version string     // of the program
	To      npr.Org    // the registry as a receiver
	Contact npr.Contact
	TempDir string // where periods are put aside while a message is made; os.TempDir() when empty
}

// A Scope is what one message is about: a provider's treatment site in a reporting period. An empty site is the whole provider.
type Scope struct {
	Provider string `json:"provider"`
	Site     string `json:"site,omitempty"`
	Period   string `json:"period"`
}

// ID names the scope: period first, so that a period's scopes stand together.
func (s Scope) ID() string { return s.Period + "/" + s.Provider + "/" + s.Site }

// ParseScope reads what ID writes.
func ParseScope(id string) (Scope, bool) {
	parts := strings.Split(id, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" {
		return Scope{}, false
	}
	return Scope{Period: parts[0], Provider: parts[1], Site: parts[2]}, true
}

// ErrNoScope says that there is no such provider, site or reporting period.
var ErrNoScope = errors.New("there is no such provider, site or reporting period")

// ErrUnknownMessage says that a receipt answers a message that was not made here.
var ErrUnknownMessage = errors.New("the receipt answers a message that was not made here")

// A Status is how far a message has come.
type Status string

const (
	NotMade   Status = "none"
	Made      Status = "made"
	Sent      Status = "sent"
	Received  Status = "received"
	Errors    Status = "errors"    // the registry took it, and found errors in it
	Rejected  Status = "rejected"  // the registry did not take it
	Corrected Status = "corrected" // a later message speaks in its place
)

// Statuses lists them in the order of a message's way.
var Statuses = []Status{NotMade, Made, Sent, Received, Errors, Rejected, Corrected}

// A Message is one that was made, and what came of it.
type Message struct {
	Number   int           `json:"number"` // lopenr
	ID       string        `json:"id"`     // MsgId
	Parent   string        `json:"parent,omitempty"`
	MadeAt   int64         `json:"made_at"` // UTC microseconds
	MadeBy   string        `json:"made_by,omitempty"`
	KnownOn  day.Day       `json:"known_on"`
	AsOf     day.Day       `json:"as_of"`
	SHA256   string        `json:"sha256"`
	Bytes    int64         `json:"bytes"`
	Identity string        `json:"identity_sha256,omitempty"` // of the identity message that belongs to it
	Summary  npr.Summary   `json:"summary"`
	SentAt   int64         `json:"sent_at,omitempty"`
	SentBy   string        `json:"sent_by,omitempty"`
	Receipts []npr.Receipt `json:"receipts,omitempty"`
}

// A Submission is every message of one scope, the first first.
type Submission struct {
	Scope    Scope     `json:"scope"`
	Messages []Message `json:"messages"`

	seq int
}

// Last is the message that speaks, and whether there is one.
func (s *Submission) Last() (*Message, bool) {
	if len(s.Messages) == 0 {
		return nil, false
	}
	return &s.Messages[len(s.Messages)-1], true
}

// Status of the message with an index.
func (s *Submission) Status(i int) Status {
	if i < 0 || i >= len(s.Messages) {
		return NotMade
	}
	if i < len(s.Messages)-1 {
		return Corrected
	}
	m := &s.Messages[i]
	out := Made
	if m.SentAt != 0 {
		out = Sent
	}
	for _, r := range m.Receipts {
		switch {
		case r.Rejected():
			return Rejected
		case r.Status == "3" || len(r.Errors) > 0:
			out = Errors
		case out != Errors:
			out = Received
		}
	}
	return out
}

// Answers tells whether a receipt answers one of the scope's messages: by its MsgId, or by its number where the receipt gives no MsgId.
func (s *Submission) Answers(r *npr.Receipt) bool {
	return slices.ContainsFunc(s.Messages, func(m Message) bool { return m.answered(r) })
}

func (m *Message) answered(r *npr.Receipt) bool {
	return r.Of != "" && m.ID == r.Of || r.Of == "" && strconv.Itoa(m.Number) == r.Number
}

// Kinds of papers.
const (
	kindSubmission = "npr"
	kindFile       = "npr-file"
	kindFindings   = "npr-findings"
	kindNumber     = "npr-number"
)

// chunk is how many bytes of a packed message stand in one paper.
const chunk = 2 << 20

// maxFindings is how many findings of a message are kept; all are counted.
const maxFindings = 50000

// Submission gives what has been made of a scope; none is a submission without messages.
func (x *Registry) Submission(ctx context.Context, s Scope) (Submission, error) {
	tenant, err := x.tenant(s)
	if err != nil {
		return Submission{}, err
	}
	p, ok, err := x.Desk.Ledger.Paper(ctx, tenant, kindSubmission, s.ID())
	if err != nil {
		return Submission{}, err
	}
	out := Submission{Scope: s}
	if ok && !p.Gone {
		if out, err = readSubmission(p); err != nil {
			return Submission{}, err
		}
	}
	return out, nil
}

func readSubmission(p ledger.Paper) (Submission, error) {
	var s Submission
	if err := json.Unmarshal(p.Body, &s); err != nil {
		return s, fmt.Errorf("read the submission %s: %w", p.ID, err)
	}
	s.seq = p.Seq
	return s, nil
}

// Submissions gives what has been made at a trust of a reporting period, all periods when it is empty, in order of scope.
func (x *Registry) Submissions(ctx context.Context, tenant, period string) ([]Submission, error) {
	prefix := ""
	if period != "" {
		prefix = period + "/"
	}
	papers, err := x.Desk.Ledger.Papers(ctx, tenant, kindSubmission, prefix, 0, 0)
	if err != nil {
		return nil, err
	}
	out := make([]Submission, 0, len(papers))
	for _, p := range papers {
		s, err := readSubmission(p)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// tenant is whose records the scope's papers stand in.
func (x *Registry) tenant(s Scope) (string, error) {
	p, ok := x.Desk.Org.Provider(s.Provider)
	if !ok {
		return "", fmt.Errorf("provider %q: %w", s.Provider, ErrNoScope)
	}
	if site, known := p.Site(s.Site); s.Site != "" && (!known || site.ID != s.Site) {
		return "", fmt.Errorf("site %q of provider %q: %w", s.Site, s.Provider, ErrNoScope)
	}
	if _, err := npr.ParseReporting(s.Period); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoScope, err)
	}
	return p.Trust, nil
}

// A Making says how a message is made.
type Making struct {
	Scope    Scope
	KnownOn  day.Day   // of what had been recorded by the end of this day; zero: all
	Actor    string    // who asks, an internal id
	Test     bool      // a training message
	Keep     bool      // number it and keep it: it is a message to be sent; else it is a look
	Out      io.Writer // also written here; may be nil
	Identity io.Writer // the identity message; may be nil
}

// A Result is a message that was made.
type Result struct {
	Submission Submission
	Message    Message
	Findings   []npr.Finding // the first 50 000; Message.Summary counts all
	Units      int
	Patients   int
}

// Make makes the message of a scope from the ledger: every referral as it stood on the last day of the reporting period (today while it lasts), of what was known.
// Memory grows by some hundred bytes a period, whatever the message weighs.
func (x *Registry) Make(ctx context.Context, m Making) (Result, error) {
	tenant, err := x.tenant(m.Scope)
	if err != nil {
		return Result{}, err
	}
	reporting, _ := npr.ParseReporting(m.Scope.Period)
	made := x.Desk.Now()
	today := x.Desk.Today()
	asOf := reporting.In.To
	if today.Before(asOf) {
		asOf = today
	}
	if reporting.In.From.After(today) {
		return Result{}, fmt.Errorf("the period %s has not begun: %w", reporting.Name, ErrNoScope)
	}
	if m.KnownOn.IsZero() {
		m.KnownOn = today
	}
	sub, err := x.Submission(ctx, m.Scope)
	if err != nil {
		return Result{}, err
	}

	spool, err := os.CreateTemp(x.TempDir, "rettid-npr-*")
	if err != nil {
		return Result{}, fmt.Errorf("put the periods aside: %w", err)
	}
	defer func() { spool.Close(); os.Remove(spool.Name()) }()

	h := x.head(m, reporting, made, asOf)
	res := Result{}
	batch := npr.NewBatch(spool, x.names())
	check := npr.NewChecker(&h, x.names())
	who, err := x.collect(ctx, m, reporting.In, asOf, func(c npr.Case) error {
		p, units := npr.Of(c)
		p.Institution, p.Trust = h.Institution, h.Trust
		kept := len(res.Findings)
		if res.Findings = check.Check(&p, 0, 0, res.Findings); len(res.Findings) > maxFindings {
			res.Findings = res.Findings[:max(kept, maxFindings)]
		}
		return batch.Add(&p, units...)
	})
	if err != nil {
		return Result{}, err
	}
	if m.Keep {
		if h.Number, err = x.number(ctx, tenant, m.Scope.Provider, made, m.Actor); err != nil {
			return Result{}, err
		}
		if last, ok := sub.Last(); ok {
			h.Parent, h.Thread = last.ID, sub.Messages[0].ID
		}
	}
	sum := sha256.New()
	keep := &keeper{ctx: ctx, x: x, tenant: tenant, id: fmt.Sprintf("%s/%06d", m.Scope.ID(), h.Number), actor: m.Actor, at: made.UTC().UnixMicro(), off: !m.Keep}
	keep.zip = gzip.NewWriter(keep)
	size := &counter{}
	outs := []io.Writer{sum, size}
	if m.Keep {
		outs = append(outs, keep.zip)
	}
	if m.Out != nil {
		outs = append(outs, m.Out)
	}
	if err := batch.WriteTo(io.MultiWriter(outs...), &h); err != nil {
		return Result{}, err
	}
	if err := keep.close(); err != nil {
		return Result{}, err
	}
	msg := Message{Number: h.Number, ID: h.ID, Parent: h.Parent, MadeAt: made.UTC().UnixMicro(), MadeBy: m.Actor, KnownOn: m.KnownOn, AsOf: asOf, SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: size.n, Summary: check.Summary}
	if m.Identity != nil {
		idSum := sha256.New()
		if err := x.identities(ctx, h, who, io.MultiWriter(m.Identity, idSum)); err != nil {
			return Result{}, err
		}
		msg.Identity = hex.EncodeToString(idSum.Sum(nil))
	}
	res.Message, res.Units, res.Patients = msg, len(batch.Units), batch.Patients()
	if m.Keep {
		if err := x.keepFindings(ctx, tenant, keep.id, m.Actor, made, res.Findings); err != nil {
			return Result{}, err
		}
		sub, err = x.change(ctx, tenant, m.Scope, m.Actor, func(s *Submission) error { s.Messages = append(s.Messages, msg); return nil })
		if err != nil {
			return Result{}, err
		}
	}
	res.Submission = sub
	return res, nil
}

func (x *Registry) names() *npr.Names {
	if x.Names != nil {
		return x.Names
	}
	return npr.DefaultNames()
}

func (x *Registry) head(m Making, r npr.Reporting, made time.Time, asOf day.Day) npr.Head {
	p, _ := x.Desk.Org.Provider(m.Scope.Provider)
	t, _ := x.Desk.Org.Provider(p.Trust)
	h := npr.Head{In: r.In, Made: made, ID: uuid(), Local: m.Scope.ID() + " " + asOf.String() + " " + m.KnownOn.String(), System: "Rettid", SystemVersion: x.Version, Test: m.Test,
		Sender: npr.Org{Name: p.Name, OrgNr: p.OrgNr, HERID: p.HERID}, Receiver: x.To, Contact: x.Contact, Institution: cmp.Or(p.OrgNr, p.ID), Trust: cmp.Or(t.OrgNr, t.ID), KnownOn: m.KnownOn}
	if h.Receiver.Name == "" {
		h.Receiver.Name = "Norsk pasientregister"
	}
	return h
}

// uuid makes a message's identifier, random (RFC 9562, version 4).
func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// person is whose identity goes into the identity message.
type person struct{ tenant, id string }

// collect finds the referrals of a scope, and gives them with their patients.
func (x *Registry) collect(ctx context.Context, m Making, in day.Period, asOf day.Day, each func(npr.Case) error) (map[person]string, error) {
	type found struct {
		id    int64
		log   []referral.Entry
		state referral.Referral
	}
	who := make(map[person]string)
	tenants, err := x.Desk.Ledger.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	for _, tenant := range tenants {
		var some []found
		flush := func() error {
			ids := make([]string, 0, len(some))
			for _, f := range some {
				if f.state.Patient != "" && !slices.Contains(ids, f.state.Patient) {
					ids = append(ids, f.state.Patient)
				}
			}
			persons, err := x.Desk.Ledger.Persons(ctx, tenant, ids)
			if err != nil {
				return err
			}
			for i := range some {
				f := &some[i]
				p := persons[f.state.Patient]
				number := npr.PatientNumber(tenant, f.state.Patient, p.LocalID)
				who[person{tenant, f.state.Patient}] = number
				err := each(npr.Case{ID: tenant + "-" + strconv.FormatInt(f.id, 10), Referral: &f.state, Log: f.log, AsOf: asOf, Org: x.Desk.Org,
					Who: npr.Who{Patient: number, Sex: p.Sex, Born: p.Born, Municipality: p.Municipality}})
				if err != nil {
					return err
				}
			}
			some = some[:0]
			return nil
		}
		err := x.Desk.Ledger.EachReferral(ctx, tenant, func(id int64, recs []ledger.Record) error {
			log, err := desk.Entries(recs)
			if err != nil {
				return err
			}
			log = desk.Known(log, m.KnownOn)
			state := referral.FoldAsOf(log, asOf)
			if state.Seq == 0 || !npr.InPeriod(&state, in) {
				return nil
			}
			at := npr.PlaceOf(&state, x.Desk.Org, asOf)
			if at.Institution != m.Scope.Provider || m.Scope.Site != "" && at.Site != m.Scope.Site {
				return nil
			}
			if some = append(some, found{id, log, state}); len(some) >= 400 {
				return flush()
			}
			return nil
		})
		if err == nil {
			err = flush()
		}
		if err != nil {
			return nil, fmt.Errorf("gather the periods of %s: %w", m.Scope.ID(), err)
		}
	}
	return who, nil
}

// identities writes the message that says who each pasientNr is.
func (x *Registry) identities(ctx context.Context, h npr.Head, who map[person]string, out io.Writer) error {
	all := make([]person, 0, len(who))
	for p := range who {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b person) int {
		return cmp.Or(cmp.Compare(who[a], who[b]), cmp.Compare(a.tenant, b.tenant), cmp.Compare(a.id, b.id))
	})
	h.ID, h.Units = uuid(), nil
	return npr.WriteIdentities(out, &h, func(yield func(npr.Identity) error) error {
		for _, one := range all {
			p, ok, err := x.Desk.Ledger.Person(ctx, one.tenant, one.id)
			if err != nil {
				return err
			}
			if !ok || p.Ident == "" {
				continue
			}
			kind := map[string]string{"fnr": "FNR", "dnr": "DNR", "hnr": "HNR", "fhnr": "FHN"}[p.IdentKind]
			if kind == "" {
				kind = "XXX"
			}
			if err := yield(npr.Identity{Patient: who[one], Number: p.Ident, Kind: kind}); err != nil {
				return err
			}
		}
		return nil
	})
}

// number takes the next number of an institution's messages in the year: each is used once, whatever becomes of the message.
func (x *Registry) number(ctx context.Context, tenant, provider string, made time.Time, actor string) (int, error) {
	id := fmt.Sprintf("%s/%d", provider, day.FromTime(made).Year())
	for range 20 {
		p, _, err := x.Desk.Ledger.Paper(ctx, tenant, kindNumber, id)
		if err != nil {
			return 0, err
		}
		n, _ := strconv.Atoi(string(p.Body))
		n++
		_, err = x.Desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: kindNumber, ID: id, Seq: p.Seq, At: made.UTC().UnixMicro(), Actor: actor, Body: []byte(strconv.Itoa(n))})
		if errors.Is(err, ledger.ErrPaperChanged) {
			continue
		}
		return n, err
	}
	return 0, fmt.Errorf("number the message: %w", ledger.ErrPaperChanged)
}

// change writes a scope's submission anew, on whatever stands.
func (x *Registry) change(ctx context.Context, tenant string, s Scope, actor string, do func(*Submission) error) (Submission, error) {
	for range 20 {
		sub, err := x.Submission(ctx, s)
		if err != nil {
			return sub, err
		}
		if err := do(&sub); err != nil {
			return sub, err
		}
		body, err := json.Marshal(sub)
		if err != nil {
			return sub, fmt.Errorf("write the submission: %w", err)
		}
		sub.seq, err = x.Desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: kindSubmission, ID: s.ID(), Seq: sub.seq, At: x.Desk.Now().UTC().UnixMicro(), Actor: actor, Body: body})
		if errors.Is(err, ledger.ErrPaperChanged) {
			continue
		}
		return sub, err
	}
	return Submission{}, fmt.Errorf("change the submission %s: %w", s.ID(), ledger.ErrPaperChanged)
}

// MarkSent records that the latest message of a scope was handed to the registry. A message marked before keeps its first time.
func (x *Registry) MarkSent(ctx context.Context, s Scope, number int, actor string) (Submission, error) {
	tenant, err := x.tenant(s)
	if err != nil {
		return Submission{}, err
	}
	return x.change(ctx, tenant, s, actor, func(sub *Submission) error {
		for i := range sub.Messages {
			if m := &sub.Messages[i]; m.Number == number {
				if m.SentAt == 0 {
					m.SentAt, m.SentBy = x.Desk.Now().UTC().UnixMicro(), actor
				}
				return nil
			}
		}
		return fmt.Errorf("message %d: %w", number, ErrNoScope)
	})
}

// Receive keeps a receipt or a report of errors with the message it answers, found by its MsgId, or by its number: numbers begin anew each year, and the last made with it is answered. The same receipt twice is kept once.
func (x *Registry) Receive(ctx context.Context, tenant string, r npr.Receipt, actor string) (Submission, error) {
	all, err := x.Submissions(ctx, tenant, "")
	if err != nil {
		return Submission{}, err
	}
	var of *Submission
	var last *Message
	for i := range all {
		for k := range all[i].Messages {
			if m := &all[i].Messages[k]; m.answered(&r) && (last == nil || m.MadeAt > last.MadeAt) { // numbers begin anew each year
				of, last = &all[i], m
			}
		}
	}
	if last == nil {
		return Submission{}, ErrUnknownMessage
	}
	id := last.ID
	return x.change(ctx, tenant, of.Scope, actor, func(sub *Submission) error {
		for j := range sub.Messages {
			if m := &sub.Messages[j]; m.ID == id && !slices.ContainsFunc(m.Receipts, func(o npr.Receipt) bool { return o.ID != "" && o.ID == r.ID }) {
				m.Receipts = append(m.Receipts, r)
				if m.SentAt == 0 { // what is answered was sent
					m.SentAt, m.SentBy = x.Desk.Now().UTC().UnixMicro(), actor
				}
			}
		}
		return nil
	})
}

// File writes a kept message as it was made, and checks its digest. The hospital's own number of a patient who has been erased since is another (Mask).
func (x *Registry) File(ctx context.Context, s Scope, number int, w io.Writer) error {
	tenant, err := x.tenant(s)
	if err != nil {
		return err
	}
	sub, err := x.Submission(ctx, s)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(sub.Messages, func(m Message) bool { return m.Number == number })
	if at < 0 {
		return fmt.Errorf("message %d: %w", number, ErrNoScope)
	}
	zip, err := gzip.NewReader(&pieces{ctx: ctx, x: x, tenant: tenant, id: fmt.Sprintf("%s/%06d", s.ID(), number)})
	if err != nil {
		return fmt.Errorf("read message %d of %s: %w", number, s.ID(), err)
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, sum), zip); err != nil {
		return fmt.Errorf("read message %d of %s: %w", number, s.ID(), err)
	}
	got := hexSum(sum)
	if got == sub.Messages[at].SHA256 {
		return nil
	}
	if ok, err := x.allowed(ctx, tenant, fmt.Sprintf("%s/%06d", s.ID(), number), got); err != nil || !ok {
		if err != nil {
			return err
		}
		return fmt.Errorf("message %d of %s is not what was made: its digest is %s, made was %s", number, s.ID(), got, sub.Messages[at].SHA256)
	}
	return nil
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// Findings gives what the checks said of a kept message.
func (x *Registry) Findings(ctx context.Context, s Scope, number int) ([]npr.Finding, error) {
	tenant, err := x.tenant(s)
	if err != nil {
		return nil, err
	}
	p, ok, err := x.Desk.Ledger.Paper(ctx, tenant, kindFindings, fmt.Sprintf("%s/%06d", s.ID(), number))
	if err != nil || !ok {
		return nil, err
	}
	zip, err := gzip.NewReader(bytes.NewReader(p.Body))
	if err != nil {
		return nil, fmt.Errorf("read the findings of %s: %w", s.ID(), err)
	}
	var out []npr.Finding
	if err := json.NewDecoder(zip).Decode(&out); err != nil {
		return nil, fmt.Errorf("read the findings of %s: %w", s.ID(), err)
	}
	return out, nil
}

func (x *Registry) keepFindings(ctx context.Context, tenant, id, actor string, made time.Time, all []npr.Finding) error {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	if all == nil {
		all = []npr.Finding{}
	}
	if err := errors.Join(json.NewEncoder(zip).Encode(all), zip.Close()); err != nil {
		return fmt.Errorf("keep the findings: %w", err)
	}
	_, err := x.Desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: kindFindings, ID: id, At: made.UTC().UnixMicro(), Actor: actor, Body: b.Bytes()})
	return err
}

// keeper stores a packed message in pieces.
type keeper struct {
	ctx               context.Context
	x                 *Registry
	tenant, id, actor string
	at                int64
	zip               *gzip.Writer
	b                 []byte
	n                 int
	off               bool
}

func (k *keeper) Write(p []byte) (int, error) {
	if k.off {
		return len(p), nil
	}
	k.b = append(k.b, p...)
	for len(k.b) >= chunk {
		if err := k.put(k.b[:chunk]); err != nil {
			return 0, err
		}
		k.b = append(k.b[:0], k.b[chunk:]...)
	}
	return len(p), nil
}

func (k *keeper) put(b []byte) error {
	k.n++
	_, err := k.x.Desk.Ledger.PutPaper(k.ctx, ledger.Paper{Tenant: k.tenant, Kind: kindFile, ID: fmt.Sprintf("%s/%05d", k.id, k.n), At: k.at, Actor: k.actor, Body: slices.Clone(b)})
	return err
}

func (k *keeper) close() error {
	if k.off {
		return nil
	}
	if err := k.zip.Close(); err != nil {
		return fmt.Errorf("keep the message: %w", err)
	}
	if len(k.b) == 0 {
		return nil
	}
	return k.put(k.b)
}

// pieces reads what a keeper stored.
type pieces struct {
	ctx        context.Context
	x          *Registry
	tenant, id string
	b          []byte
	n          int
}

func (p *pieces) Read(to []byte) (int, error) {
	if len(p.b) == 0 {
		p.n++
		paper, ok, err := p.x.Desk.Ledger.Paper(p.ctx, p.tenant, kindFile, fmt.Sprintf("%s/%05d", p.id, p.n))
		if err != nil {
			return 0, err
		}
		if !ok || len(paper.Body) == 0 {
			return 0, io.EOF
		}
		p.b = paper.Body
	}
	n := copy(to, p.b)
	p.b = p.b[n:]
	return n, nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }
