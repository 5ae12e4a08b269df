package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDataThatCannotBeKept(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(folder string) error
		want    string
	}{
		{"a file in the way", func(folder string) error { return os.WriteFile(folder, nil, 0o600) }, "not a directory"},
		{"a folder in the way", func(folder string) error { return os.MkdirAll(filepath.Join(folder, "mail.db"), 0o700) }, "is not a file"},
		{"not a database", func(folder string) error {
			require.NoError(t, os.Mkdir(folder, 0o700))
			return os.WriteFile(filepath.Join(folder, "mail.db"), []byte("Dear diary, this is no database."), 0o600)
		}, "it is not an SQLite database"},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "data")
			require.NoError(t, test.prepare(folder))
			_, err := (&options{data: folder}).place().open()
			require.ErrorContains(t, err, "cannot keep mail in "+folder)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "; choose another folder with -data")
		})
	}
}
