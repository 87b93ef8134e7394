package registry

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"rettid/ledger"
	"rettid/npr"
)

// kindMasked is the papers of digests a kept message has had taken out of it: by the message's id, a JSON array. They stand beside the submission, which goes on
// telling the digest of what was sent.
const kindMasked = "npr-masked"

// Mask finds the kept messages in which a patient of a trust stands by the hospital's own patient number, and gives their papers as they are to be when the patient
// is erased (helsepersonelloven § 43): with the number that is made of the internal id, which then leads nowhere. What was reported, and on which days, stays, as it
// does in the log; at the registry nothing changes. The papers are for [desk.Erasure]; before that File accepts what Mask has written down, and nothing is changed.
// A patient who was reported by the internal id is in no need of it.
func (x *Registry) Mask(ctx context.Context, tenant, patient, actor string) ([]ledger.Paper, error) {
	p, ok, err := x.Desk.Ledger.Person(ctx, tenant, patient)
	if err != nil || !ok || p.Erased != 0 {
		return nil, err
	}
	was, is := npr.PatientNumber(tenant, patient, p.LocalID), npr.PatientNumber(tenant, patient, "")
	if was == is {
		return nil, nil
	}
	subs, err := x.Submissions(ctx, tenant, "")
	if err != nil {
		return nil, err
	}
	var out []ledger.Paper
	for _, sub := range subs {
		for _, m := range sub.Messages {
			id := fmt.Sprintf("%s/%06d", sub.Scope.ID(), m.Number)
			some, err := x.mask(ctx, tenant, id, was, is, actor)
			if err != nil {
				return nil, fmt.Errorf("take a patient's number out of message %d of %s: %w", m.Number, sub.Scope.ID(), err)
			}
			out = append(out, some...)
		}
	}
	return out, nil
}

func (x *Registry) mask(ctx context.Context, tenant, id, was, is, actor string) ([]ledger.Paper, error) {
	pieces, err := x.Desk.Ledger.Papers(ctx, tenant, kindFile, id+"/", 0, 0)
	if err != nil || len(pieces) == 0 {
		return nil, err
	}
	var packed bytes.Buffer
	for _, p := range pieces {
		packed.Write(p.Body)
	}
	zip, err := gzip.NewReader(&packed)
	if err != nil {
		return nil, err
	}
	file, err := io.ReadAll(zip)
	if err != nil {
		return nil, err
	}
	// The number stands as an attribute, quoted, and nowhere else.
	masked := bytes.ReplaceAll(file, []byte(`"`+attribute(was)+`"`), []byte(`"`+attribute(is)+`"`))
	if bytes.Equal(masked, file) {
		return nil, nil
	}
	sum := sha256.Sum256(masked)
	if err := x.allow(ctx, tenant, id, hex.EncodeToString(sum[:]), actor); err != nil {
		return nil, err
	}
	b, err := pack(masked)
	if err != nil {
		return nil, err
	}
	// The pieces there are take what they can hold; the last takes the rest, and one too many is emptied.
	for i := range pieces {
		n := min(len(b), chunk)
		if i == len(pieces)-1 {
			n = len(b)
		}
		pieces[i].Body, b = b[:n], b[n:]
	}
	findings, ok, err := x.Desk.Ledger.Paper(ctx, tenant, kindFindings, id)
	if err != nil || !ok || findings.Gone {
		return pieces, err
	}
	zip, err = gzip.NewReader(bytes.NewReader(findings.Body))
	if err != nil {
		return nil, err
	}
	var all []npr.Finding
	if err := json.NewDecoder(zip).Decode(&all); err != nil {
		return nil, err
	}
	changed := false
	for i := range all {
		if strings.Contains(all[i].Value, was) {
			all[i].Value, changed = strings.ReplaceAll(all[i].Value, was, is), true
		}
	}
	if !changed {
		return pieces, nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	if findings.Body, err = pack(text); err != nil {
		return nil, err
	}
	return append(pieces, findings), nil
}

// attribute is a text as it stands between quotes in XML.
func attribute(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic("registry: " + err.Error()) // a buffer takes everything
	}
	return b.String()
}

func pack(b []byte) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, err := zip.Write(b)
	if err := errors.Join(err, zip.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// allow writes down a digest a kept message may have.
func (x *Registry) allow(ctx context.Context, tenant, id, digest, actor string) error {
	for range 20 {
		p, _, err := x.Desk.Ledger.Paper(ctx, tenant, kindMasked, id)
		if err != nil {
			return err
		}
		var some []string
		if len(p.Body) > 0 {
			if err := json.Unmarshal(p.Body, &some); err != nil {
				return err
			}
		}
		if slices.Contains(some, digest) {
			return nil
		}
		body, err := json.Marshal(append(some, digest))
		if err != nil {
			return err
		}
		_, err = x.Desk.Ledger.PutPaper(ctx, ledger.Paper{Tenant: tenant, Kind: kindMasked, ID: id, Seq: p.Seq, At: x.Desk.Now().UTC().UnixMicro(), Actor: actor, Body: body})
		if !errors.Is(err, ledger.ErrPaperChanged) {
			return err
		}
	}
	return ledger.ErrPaperChanged
}

// allowed tells whether a kept message may have a digest since patients were taken out of it.
func (x *Registry) allowed(ctx context.Context, tenant, id, digest string) (bool, error) {
	p, ok, err := x.Desk.Ledger.Paper(ctx, tenant, kindMasked, id)
	if err != nil || !ok {
		return false, err
	}
	var some []string
	err = json.Unmarshal(p.Body, &some)
	return slices.Contains(some, digest), err
}
