package web

import (
	"bytes"
	"html/template"
	"strconv"
	"sync"
	"text/template/parse"

	"rettid/words"
)

// What makes a page cheap: the words of a language are put into its templates once, when they are read; what there is much of is written straight into the page,
// between what the template writes; and the pages are made in the same few buffers.

// settle puts what is the same on every page into a template that has not been used: {{t "key"}} is then the words themselves, {{icon "name"}} the drawing.
// They stand in texts and in quoted attributes alone, where words are escaped alike.
func settle(t *template.Template, l words.Lang) {
	for _, one := range t.Templates() {
		if one.Tree != nil {
			settleList(one.Tree.Root, l)
		}
	}
}

func settleList(list *parse.ListNode, l words.Lang) {
	if list == nil {
		return
	}
	nodes := list.Nodes[:0]
	for _, n := range list.Nodes {
		switch x := n.(type) {
		case *parse.ActionNode:
			if text, ok := settled(x, l); ok {
				n = &parse.TextNode{NodeType: parse.NodeText, Pos: x.Pos, Text: []byte(text)}
			}
		case *parse.IfNode:
			settleList(x.List, l)
			settleList(x.ElseList, l)
		case *parse.RangeNode:
			settleList(x.List, l)
			settleList(x.ElseList, l)
		case *parse.WithNode:
			settleList(x.List, l)
			settleList(x.ElseList, l)
		}
		if text, ok := n.(*parse.TextNode); ok && len(nodes) > 0 {
			if before, ok := nodes[len(nodes)-1].(*parse.TextNode); ok {
				before.Text = append(bytes.Clone(before.Text), text.Text...)
				continue
			}
		}
		nodes = append(nodes, n)
	}
	list.Nodes = nodes
}

// settled is what an action always writes; false when that depends on the page.
func settled(x *parse.ActionNode, l words.Lang) (string, bool) {
	if len(x.Pipe.Decl) > 0 || len(x.Pipe.Cmds) != 1 {
		return "", false
	}
	args := x.Pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	if !ok || len(args) != 2 {
		return "", false
	}
	arg, ok := args[1].(*parse.StringNode)
	switch {
	case !ok:
	case name.Ident == "t":
		return template.HTMLEscapeString(words.Say(l, arg.Text)), true
	case name.Ident == "icon":
		return string(icon(arg.Text)), true
	}
	return "", false
}

// onlyUsed makes a page of the templates of its own file and those that every page may use, without the ones it does not: a copy of all for each page in each
// language was most of what the program had in memory, and was gone through each time memory is cleared.
func onlyUsed(shared, own *template.Template, funcs template.FuncMap) (*template.Template, error) {
	trees := make(map[string]*parse.Tree)
	for _, t := range shared.Templates() {
		trees[t.Name()] = t.Tree
	}
	wanted := []string{wholePage}
	for _, t := range own.Templates() {
		if t.Tree != nil {
			trees[t.Name()] = t.Tree
			wanted = append(wanted, t.Name())
		}
	}
	page := template.New(wholePage).Funcs(funcs)
	done := make(map[string]bool)
	for len(wanted) > 0 {
		name := wanted[len(wanted)-1]
		wanted = wanted[:len(wanted)-1]
		tree := trees[name]
		if done[name] || tree == nil { // what is missing is told when it is asked for
			continue
		}
		done[name] = true
		if _, err := page.AddParseTree(name, tree.Copy()); err != nil {
			return nil, err
		}
		wanted = append(wanted, templatesIn(tree.Root)...)
	}
	return page, nil
}

// templatesIn are the templates that a list asks for.
func templatesIn(list *parse.ListNode) (names []string) {
	if list == nil {
		return nil
	}
	for _, n := range list.Nodes {
		switch x := n.(type) {
		case *parse.TemplateNode:
			names = append(names, x.Name)
		case *parse.IfNode:
			names = append(append(names, templatesIn(x.List)...), templatesIn(x.ElseList)...)
		case *parse.RangeNode:
			names = append(append(names, templatesIn(x.List)...), templatesIn(x.ElseList)...)
		case *parse.WithNode:
			names = append(append(names, templatesIn(x.List)...), templatesIn(x.ElseList)...)
		}
	}
	return names
}

// An inset is a part of a page that is written straight into it: the mark it gives stands in the template, and is written as the part. Text from people can't be
// a mark, for templates never write a zero byte of it.
func (v *view) inset(write func(b *bytes.Buffer)) template.HTML {
	v.insets = append(v.insets, write)
	return insetMark(len(v.insets) - 1)
}

func insetMark(i int) template.HTML { return template.HTML("\x00" + strconv.Itoa(i) + "\x00") }

// A pageWriter is what a template writes to: marks become the insets of the page.
type pageWriter struct {
	b      *bytes.Buffer
	insets []func(b *bytes.Buffer)
}

func (w *pageWriter) Write(p []byte) (int, error) {
	if len(p) > 2 && p[0] == 0 && p[len(p)-1] == 0 {
		if i, err := strconv.Atoi(string(p[1 : len(p)-1])); err == nil && i >= 0 && i < len(w.insets) {
			w.insets[i](w.b)
			return len(p), nil
		}
	}
	return w.b.Write(p)
}

func (w *pageWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// pageBuffers are what pages are made in, one after another. None larger than mostKeptBuffer is kept.
var pageBuffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 128<<10)) }}

const mostKeptBuffer = 1 << 20

func keepBuffer(b *bytes.Buffer) {
	if b.Cap() <= mostKeptBuffer {
		b.Reset()
		pageBuffers.Put(b)
	}
}
