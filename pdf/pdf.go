// Package pdf makes a PDF of a page: WeasyPrint makes a tagged one (PDF/UA-1) where it is installed, and the embedded maker a plain one elsewhere. The page is the master:
// what stands in it, in its order, stands in the PDF.
//
// The page is one of this house's own, with everything escaped; drawings in it are SVG of shapes and text, which the embedded maker leaves out: their tables stand
// below them. It may not fetch: a page that names a source outside itself is refused, and the style is this room's.
//
// What never happens here: nothing is fetched from anywhere, no text is made, and no name stands in an error.
package pdf

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

const (
	maxPage  = 1 << 20     // bytes of a page
	maxPDF   = 16 << 20    // bytes of a PDF
	patience = time.Minute // for one who names no time: a paper with figures takes two seconds of a processor, and the embedded maker leaves the figures out
	atOnce   = 2           // programs at a time
)

// A Maker makes PDFs.
type Maker struct {
	weasy string        // the program; empty: the embedded maker
	busy  chan struct{} // one for each program that runs
}

// Find makes a maker: with WeasyPrint when it is installed.
func Find() *Maker {
	path, err := exec.LookPath("weasyprint")
	if err != nil {
		return Embedded()
	}
	return &Maker{weasy: path, busy: make(chan struct{}, atOnce)}
}

// Embedded makes a maker that needs no other program.
func Embedded() *Maker { return &Maker{} }

// Tagged tells whether the PDFs are tagged, so that a screen reader finds headings and lists. The embedded maker's are not.
func (m *Maker) Tagged() bool { return m.weasy != "" }

// Make makes a PDF of a page. When the installed program fails the embedded maker does it: a letter goes out all the same. tagged tells which it was. The installed program is given a minute; where ctx has a deadline it is
// given until then, and what is not made by then is an error, and not a plainer PDF.
func (m *Maker) Make(ctx context.Context, page []byte) (b []byte, tagged bool, err error) {
	if len(page) > maxPage {
		return nil, false, fmt.Errorf("make a PDF: the page has %d bytes, more than %d", len(page), maxPage)
	}
	page = styleLink.ReplaceAll(page, nil)
	if found := outside.Find(page); found != nil {
		return nil, false, errors.New("make a PDF: the page names something outside itself; letters stand alone")
	}
	if m.Tagged() {
		if b, err = m.run(ctx, page); err == nil {
			return b, true, nil
		}
		if ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
	}
	b, plain := draw(drawings.ReplaceAll(page, nil))
	if plain != nil {
		return nil, false, errors.Join(err, plain)
	}
	return b, false, nil
}

// styleLink are the style sheets of a page on the screen, which are not those of paper; outside is what would make a program fetch something.
var (
	styleLink = regexp.MustCompile(`<link rel="stylesheet"[^>]*>\n?`)
	outside   = regexp.MustCompile(`(?i)<(?:link|img|image|feimage|use|foreignobject|script|style|iframe|object|embed|base|video|audio|source)\b|\bsrc(?:set)?\s*=|\bstyle\s*=|\burl\s*\(|@import|<meta[^>]+http-equiv`)
)

// drawings are what the embedded maker can't draw.
var drawings = regexp.MustCompile(`(?s)<svg\b.*?</svg>`)

//go:embed print.css
var printStyle string

// run makes a tagged PDF with WeasyPrint: in a folder of its own, with nothing of this program's environment, for no longer than it should take.
func (m *Maker) run(ctx context.Context, page []byte) ([]byte, error) {
	select {
	case m.busy <- struct{}{}:
		defer func() { <-m.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	limit := patience
	if at, given := ctx.Deadline(); given {
		limit = time.Until(at)
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	dir, err := os.MkdirTemp("", "rettid-pdf-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	page = bytes.Replace(page, []byte("</head>"), []byte("<style>"+printStyle+"</style>\n</head>"), 1)
	c := exec.CommandContext(ctx, m.weasy, "--quiet", "--encoding", "utf-8", "--base-url", dir+"/none/", "--pdf-variant", "pdf/ua-1", "-", "-")
	c.Dir, c.Stdin = dir, bytes.NewReader(page)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_CACHE_HOME=" + dir, "LANG=C.UTF-8", "http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9"}
	c.WaitDelay = time.Second
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start weasyprint: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(out, maxPDF+1))
	if len(b) > maxPDF {
		stop()
		err = fmt.Errorf("the PDF has more than %d bytes", maxPDF)
	}
	if waited := c.Wait(); err == nil {
		err = waited
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("weasyprint: %w", err)
	case !strings.HasPrefix(string(b[:min(len(b), 5)]), "%PDF-"):
		return nil, errors.New("weasyprint gave no PDF")
	}
	return b, nil
}
