package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rettid/casefile"
)

// CaseCmd runs the law's examples.
type CaseCmd struct {
	Run CaseRunCmd `cmd:"" help:"Run case files: the law as executable examples."`
}

// CaseRunCmd runs case files and tells which hold.
type CaseRunCmd struct {
	Files    []string `arg:"" optional:"" name:"FILE" help:"Case files, or directories with them (*.yaml). - reads standard input. Without any: the cases that come with the program."`
	Only     string   `placeholder:"TEXT" help:"Run only the cases whose name, norms or file hold TEXT."`
	Parallel int      `placeholder:"N" default:"0" help:"How many to run at once; 0 is one a processor."`
	Output
}

func (c *CaseRunCmd) Run(std *Stdio) error {
	cases, err := c.read(std.In)
	if err != nil {
		return badInput{err}
	}
	results := casefile.RunAll(context.Background(), cases, c.Parallel)
	passed, failed := casefile.Tally(results)
	if c.Format == "json" {
		err = writeJSON(std, struct {
			Cases  []casefile.Result `json:"cases"`
			Passed int               `json:"passed"`
			Failed int               `json:"failed"`
		}{results, passed, failed})
	} else {
		err = casefile.Write(std.Out, c.language(), results)
	}
	if err == nil && failed > 0 {
		err = exit(exitFailed)
	}
	return err
}

// read reads every file before any case is run: one that can't be opened is an error in the command, not a case that failed.
func (c *CaseRunCmd) read(in io.Reader) ([]*casefile.Case, error) {
	var cases []*casefile.Case
	add := func(name string, text []byte) {
		for _, one := range casefile.Parse(name, text) {
			if c.wanted(one) {
				cases = append(cases, one)
			}
		}
	}
	if len(c.Files) == 0 {
		err := walk(casefile.Embedded(), ".", func(name string, text []byte) { add(name, text) })
		return cases, err
	}
	for _, name := range c.Files {
		if name == "-" {
			text, err := io.ReadAll(in)
			if err != nil {
				return nil, fmt.Errorf("read the cases: %w", err)
			}
			add("stdin", text)
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("read the cases: %w", err)
		}
		if info.IsDir() {
			found := 0
			if err := walk(os.DirFS(name), ".", func(path string, text []byte) { found++; add(filepath.Join(name, path), text) }); err != nil {
				return nil, err
			}
			if found == 0 {
				return nil, fmt.Errorf("read the cases: there is no *.yaml in %s", name)
			}
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the cases: %w", err)
		}
		add(name, text)
	}
	return cases, nil
}

// wanted tells whether --only asks for a case. One that has no name can't be left out by it.
func (c *CaseRunCmd) wanted(one *casefile.Case) bool {
	text := strings.ToLower(c.Only)
	return text == "" || one.Name == "" || strings.Contains(strings.ToLower(one.Name+"\n"+strings.Join(one.Norms, "\n")+"\n"+one.File), text)
}

// walk reads every case file of a directory, in the order of their names.
func walk(dir fs.FS, root string, each func(name string, text []byte)) error {
	return fs.WalkDir(dir, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read the cases: %w", err)
		}
		if ext := filepath.Ext(path); d.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		text, err := fs.ReadFile(dir, path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read the cases: %w", err)
		}
		each(path, text)
		return nil
	})
}
