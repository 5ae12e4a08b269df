package tag

import (
	"fmt"
	"io/fs"
	"text/template/parse"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// The words behind the name and the content of a file.
const (
	fileAs   = "as"   // the name under which it goes
	fileType = "type" // its media type
)

const adviceFile = `write {{attach "terms.pdf" .PDF}}, or {{attach "docs/terms.pdf"}} for a file of the set`

// checkFiles reports what is wrong with the calls of attach and embed in a
// pipeline.
func (s *scope) checkFiles(pipe *parse.PipeNode) {
	for i, cmd := range pipe.Cmds {
		if isCallOf(cmd.Args[0], attachFunc) || isCallOf(cmd.Args[0], embedFunc) {
			s.checkFile(cmd, i > 0)
		}
	}
}

// checkFile checks one call: NAME, CONTENT unless it is a file of the set, and
// words. piped content comes last.
func (s *scope) checkFile(cmd *parse.CommandNode, piped bool) {
	if len(cmd.Args) == 1 {
		s.mistake(cmd.Pos, ErrMissingValue, fmt.Sprintf("%s has no name", cmd.Args[0]), adviceFile)
		return
	}
	name, args := cmd.Args[1], cmd.Args[2:]
	if len(args) > 0 && !isFileWord(args[0]) {
		s.checkContent(args[0])
		piped, args = true, args[1:]
	}
	literal, ok := name.(*parse.StringNode)
	switch {
	case piped && ok:
		s.checkFileName(literal)
	case ok:
		s.checkFileOfSet(literal)
	case !piped:
		s.mistake(name.Position(), ErrWrongValue, fmt.Sprintf("%s has no content, and a file of the set is named by a string literal", name), adviceFile)
	}
	s.checkFileWords(args)
}

func isFileWord(n parse.Node) bool {
	literal, ok := n.(*parse.StringNode)
	return ok && (literal.Text == fileAs || literal.Text == fileType)
}

func (s *scope) checkContent(n parse.Node) {
	switch n.Type() {
	case parse.NodeString, parse.NodeNumber, parse.NodeBool, parse.NodeNil:
		s.mistake(n.Position(), ErrWrongValue, fmt.Sprintf("%s stands where the content of a file must", n),
			`write a field that holds []byte or an io.Reader; a file of the set gets another name by {{attach "docs/terms.pdf" "as" "Terms.pdf"}}`)
	}
}

func (s *scope) checkFileName(name *parse.StringNode) {
	if _, err := compose.FileName(name.Text); err != nil {
		s.mistake(name.Pos, ErrWrongValue, err.Error(), `write a name such as "terms.pdf"`)
	}
}

// checkFileOfSet reports a file that the set does not have.
func (s *scope) checkFileOfSet(name *parse.StringNode) {
	if s.known.files == nil {
		s.mistake(name.Pos, ErrNoFile, fmt.Sprintf("there is no file %q: the set has no files", name.Text), "parse it with ParseFS, or give Config.Files")
		return
	}
	info, err := fs.Stat(s.known.files, name.Text)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", name.Text)
	}
	if err != nil {
		s.mistake(name.Pos, ErrNoFile, err.Error(), "name a file by its path in the file system of the templates, or give its content behind the name")
	}
}

// checkFileWords checks "as" NAME and "type" TYPE.
func (s *scope) checkFileWords(args []parse.Node) {
	for ; len(args) > 0; args = args[min(2, len(args)):] {
		if !isFileWord(args[0]) {
			s.mistake(args[0].Position(), ErrUnknownWord, fmt.Sprintf("%s stands where a word of a file must", args[0]), `write "as" NAME or "type" TYPE`)
			return
		}
		if len(args) == 1 {
			s.mistake(args[0].Position(), ErrMissingValue, fmt.Sprintf("the word %s has no value", args[0]), "write a value behind it")
			return
		}
		s.checkFileWord(args[0].(*parse.StringNode).Text, args[1])
	}
}

func (s *scope) checkFileWord(word string, value parse.Node) {
	literal, ok := value.(*parse.StringNode)
	switch {
	case !ok:
	case word == fileAs:
		s.checkFileName(literal)
	default:
		if _, err := compose.CheckFileType(literal.Text); err != nil {
			s.mistake(literal.Pos, ErrWrongValue, err.Error(), `write a media type such as "application/pdf"`)
		}
	}
}
