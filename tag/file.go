package tag

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"reflect"

	"github.com/go-mailhost/mailhost/tag/internal/compose"
)

// attach stands in a mail: it adds a file to it.
func (r *runner) attach(name any, args ...any) (bool, error) {
	f, err := r.file(name, args)
	if err != nil {
		return false, err
	}
	return false, r.current.addFile(f)
}

// embed stands in an HTML part: it adds an image to the mail and returns the URL
// by which the part shows it (RFC 2392).
func (r *runner) embed(name any, args ...any) (template.URL, error) {
	f, err := r.file(name, args)
	if err != nil {
		return "", err
	}
	f.ContentID = compose.ContentID(f.Name, f.Data)
	if err := r.current.addFile(f); err != nil {
		return "", err
	}
	return template.URL("cid:" + f.ContentID), nil
}

// file reads the arguments of attach and embed: [CONTENT] {WORD VALUE}, or
// {WORD VALUE} CONTENT where the content was piped.
func (r *runner) file(v any, args []any) (compose.File, error) {
	name, err := stringOf(v)
	if err != nil {
		return compose.File{}, err
	}
	var content any
	has := len(args)%2 == 1
	switch {
	case has && isWord(args[0]):
		content, args = args[len(args)-1], args[:len(args)-1]
	case has:
		content, args = args[0], args[1:]
	}
	data, err := r.content(name, content, has)
	if err != nil {
		return compose.File{}, fmt.Errorf("the file %q: %w", clip(name), err)
	}
	return newFile(name, data, args)
}

func isWord(v any) bool { return v == fileAs || v == fileType }

// newFile makes a file with the name and type that its words say.
func newFile(name string, data []byte, words []any) (f compose.File, err error) {
	for i := 0; i < len(words); i += 2 {
		value, err := stringOf(words[i+1])
		switch {
		case err != nil:
			return f, fmt.Errorf("the file %q: %v: %w", clip(name), words[i], err)
		case words[i] == fileAs:
			name = value
		case words[i] == fileType:
			if f.Type, err = compose.CheckFileType(value); err != nil {
				return f, err
			}
		default:
			return f, fmt.Errorf("the file %q: %v stands where \"as\" or \"type\" must", clip(name), words[i])
		}
	}
	if f.Name, err = compose.FileName(name); err != nil {
		return f, err
	}
	if f.Type == "" {
		f.Type = compose.FileType(f.Name, data)
	}
	f.Data = data
	return f, nil
}

// content returns the bytes of a file, which are read now and at most as many as
// the mail may still hold.
func (r *runner) content(name string, v any, given bool) ([]byte, error) {
	if !given {
		return r.current.readFile(r.files, name)
	}
	switch v := v.(type) {
	case nil:
		return nil, errNoValue
	case []byte:
		return r.current.copied(v)
	case io.Reader:
		return r.current.readAll(v)
	}
	if b := reflect.ValueOf(v); b.Kind() == reflect.Slice && b.Type().Elem().Kind() == reflect.Uint8 {
		return r.current.copied(b.Bytes())
	}
	return nil, fmt.Errorf("a value of type %T is no content: use []byte or an io.Reader", v)
}

// copied returns a copy: the mail must hold what the bytes are now.
func (r *rendering) copied(data []byte) ([]byte, error) {
	if len(data) > r.room() {
		return nil, tooLarge(r.maxSize)
	}
	return append([]byte(nil), data...), nil
}

func (r *rendering) readAll(content io.Reader) ([]byte, error) {
	if v := reflect.ValueOf(content); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, errNoValue
	}
	data, err := io.ReadAll(io.LimitReader(content, int64(r.room())+1))
	if err == nil && len(data) > r.room() {
		err = tooLarge(r.maxSize)
	}
	return data, err
}

func (r *rendering) readFile(files fs.FS, name string) ([]byte, error) {
	if files == nil {
		return nil, errors.New("the set has no files: parse it with ParseFS, or give Config.Files")
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return r.readAll(f)
}
