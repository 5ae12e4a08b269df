package tag

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	texttemplate "text/template"
	"text/template/parse"
)

// A loader parses template files. What html/template's ParseFS makes of files that
// have no mistake, it makes of them too; but one that does not parse does not keep
// the mistakes of the others from being found.
type loader struct {
	set      *template.Template
	known    known
	paths    map[string]string // of the files that have a text of their own, by the names of their templates
	mistakes *Mistakes
}

// load parses the files that match the patterns. It adds to mistakes what is wrong
// in them; its error is that a file cannot be found or read.
func (c Config) load(fsys fs.FS, patterns []string, mistakes *Mistakes) (*template.Template, error) {
	files, err := match(fsys, patterns)
	if err != nil {
		return nil, fmt.Errorf("tag: %w", err)
	}
	funcs := FuncMap()
	maps.Copy(funcs, c.Funcs)
	l := &loader{
		set:   template.New("").Funcs(funcs),
		known: known{funcs: texttemplate.FuncMap(funcs)}, paths: map[string]string{}, mistakes: mistakes,
	}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("tag: %w", err)
		}
		if err := l.file(file, string(text)); err != nil {
			return nil, fmt.Errorf("tag: %w", err)
		}
	}
	return l.set, nil
}

// match returns the files that match the patterns, in the order of the patterns.
func match(fsys fs.FS, patterns []string) ([]string, error) {
	if fsys == nil || len(patterns) == 0 {
		return nil, errors.New(`ParseFS needs a file system and a pattern such as "*.html"`)
	}
	var files []string
	for _, pattern := range patterns {
		list, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("the pattern %q: %w", pattern, err)
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("the pattern %q matches no files", pattern)
		}
		files = append(files, list...)
	}
	return files, nil
}

// parse returns the template that a text is, and all that it defines, by name.
// The parser does not check functions, of which it would tell the line of the first
// that is missing; a tree tells the places of all.
func (l *loader) parse(name, text string) (*parse.Tree, map[string]*parse.Tree, error) {
	trees := map[string]*parse.Tree{}
	root := parse.New(name)
	root.Mode = parse.SkipFuncCheck
	_, err := root.Parse(text, "", "", trees, l.known.funcs)
	return root, trees, err
}

// file adds the templates of a file to the set.
func (l *loader) file(file, text string) error {
	root, trees, err := l.parse(path.Base(file), text)
	if err != nil {
		l.reportSyntax(file, text, err)
		return nil
	}
	if !parse.IsEmptyTree(root.Root) {
		l.claim(root.Name, file)
	}
	for name, tree := range trees {
		tree.ParseName = file // mistakes and errors name it
		l.checkFuncs(tree)
		if err := l.add(name, tree); err != nil {
			return err
		}
	}
	return nil
}

// claim reports a second file whose text would silently take the place of
// another's.
func (l *loader) claim(name, file string) {
	if first := l.paths[name]; first != "" && first != file {
		l.mistakes.add(Mistake{File: file, Line: 1, Column: 1, Code: ErrSameName,
			What:    fmt.Sprintf("the template %q is %s already", name, first),
			Instead: "rename one of the files: their base names name the templates",
		})
	}
	l.paths[name] = file
}

// add adds a template to the set. An empty one does not replace another, as with
// the Parse of html/template.
func (l *loader) add(name string, tree *parse.Tree) error {
	if old := l.set.Lookup(name); old != nil && old.Tree != nil && parse.IsEmptyTree(tree.Root) {
		return nil
	}
	_, err := l.set.AddParseTree(name, tree)
	return err
}

// checkFuncs reports the functions that a template calls and nobody gave.
func (l *loader) checkFuncs(tree *parse.Tree) {
	check := &lifter{tree: tree, known: l.known, mistakes: l.mistakes}
	eachList(tree.Root, func(list *parse.ListNode) {
		for _, n := range list.Nodes {
			if pipe := pipeOf(n); pipe != nil {
				eachNode(pipe, func(n parse.Node) {
					if id, ok := n.(*parse.IdentifierNode); ok {
						check.checkFunc(id, tree)
					}
				})
			}
		}
	})
}
