package compose

import "errors"

func inlineCSS(string) (string, error) { return "", errors.New("styles are not inlined yet") }

func textOf(string) (string, error) { return "", nil }
