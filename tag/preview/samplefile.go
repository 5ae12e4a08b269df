package preview

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/go-mailhost/mailhost/tag"
)

// Bounds of Config.Files, which may be a large folder by mistake.
const (
	maxEntries = 10_000 // files and folders that are looked at
	maxJSON    = 1 << 20
)

var errTooManyFiles = fmt.Errorf("Config.Files has more than %d files and folders: give the folder of the templates", maxEntries)

// A sample is one that the application gave, or one that a JSON file is.
type sample struct {
	Sample
	file string // the JSON file, "" for one that the application gave
	err  error  // why it cannot be executed
}

// samples returns all samples, those of the application first. Its error is that
// the files cannot be listed.
func (h *handler) samples() ([]sample, error) {
	var all []sample
	given := map[key]string{}
	for _, s := range h.config.Samples {
		all = append(all, sample{Sample: s})
		given[s.key()] = "Config.Samples"
	}
	files, err := h.sampleFiles()
	for _, s := range files {
		if first := given[s.key()]; first != "" {
			s.err = fmt.Errorf("%s: the sample %q is in %s already: rename the file", s.file, s.key(), first)
		} else {
			given[s.key()] = s.file
		}
		all = append(all, s)
	}
	return all, err
}

// sampleFiles returns the samples that stand beside templates, by path.
func (h *handler) sampleFiles() (list []sample, err error) {
	if h.config.Files == nil {
		return nil, nil
	}
	left := maxEntries
	err = fs.WalkDir(h.config.Files, ".", func(file string, entry fs.DirEntry, err error) error {
		left--
		switch {
		case err != nil:
			return err
		case left < 0:
			return errTooManyFiles
		case entry.IsDir() && isForeign(entry.Name()):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		if s, ok := h.sampleFile(file); ok {
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

// isForeign tells whether a folder holds what others wrote.
func isForeign(folder string) bool {
	return folder == "node_modules" || len(folder) > 1 && folder[0] == '.'
}

// sampleFile returns the sample that a file is, if its name says that it is one:
// TEMPLATE[.NAME][@LOCALE].json, where TEMPLATE stands beside it. A file that is named
// for a template that is not there is one too, and cannot be executed: its author
// would look for it.
func (h *handler) sampleFile(file string) (sample, bool) {
	folder, base := path.Split(file)
	stem, ok := strings.CutSuffix(base, ".json")
	if !ok {
		return sample{}, false
	}
	s := sample{file: file}
	stem, s.Locale, _ = strings.Cut(stem, "@")
	s.Template = stem
	short, name, _ := cutLast(stem, ".")
	if !h.isFile(folder+stem) && (h.isFile(folder+short) || h.namesTemplate(short)) {
		s.Template, s.Name = short, name
	}
	if !h.isFile(folder + s.Template) {
		if !h.namesTemplate(s.Template) {
			return sample{}, false
		}
		s.err = fmt.Errorf("%s: no template %q stands beside it: name the file TEMPLATE.json, TEMPLATE.NAME.json or TEMPLATE.NAME@LOCALE.json", file, s.Template)
	} else if err := s.check(); err != nil {
		s.err = fmt.Errorf("%s: %w", file, err)
	}
	return s, true
}

// namesTemplate tells whether a name ends as the names of the set's templates do.
func (h *handler) namesTemplate(name string) bool {
	return path.Ext(name) != "" && slices.ContainsFunc(h.set.Mails(), func(s tag.Source) bool {
		return path.Ext(s.Template) == path.Ext(name)
	})
}

func (h *handler) isFile(file string) bool {
	info, err := fs.Stat(h.config.Files, file)
	return err == nil && info.Mode().IsRegular()
}

// read returns the data of the sample's file.
func (h *handler) read(s sample) (any, error) {
	f, err := h.config.Files.Open(s.file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := readBounded(f, maxJSON)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.file, err)
	}
	value, err := parseJSON(data)
	var bad *jsonError
	if errors.As(err, &bad) {
		return nil, fmt.Errorf("%s:%w", s.file, err)
	}
	return value, err
}

// cutLast cuts s at the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
