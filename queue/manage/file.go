package manage

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-mailhost/mailhost/queue/decode"
)

// An attached is a file of a mail.
type attached struct {
	decode.File
	Number int // from 1
}

// attachedTo returns the attachments of a mail and then its images.
func attachedTo(m *decode.Message) (list []attached) {
	for _, files := range [][]decode.File{m.Attachments, m.Images} {
		for _, file := range files {
			list = append(list, attached{file, len(list) + 1})
		}
	}
	return list
}

// file answers with a file of a mail, to be saved and not to be shown.
func (v *visit) file() answer {
	_, message, why := v.letter()
	if why != nil {
		return *why
	}
	list := attachedTo(message)
	number, err := strconv.Atoi(v.args[1])
	if err != nil || number < 1 || number > len(list) {
		return refuse(http.StatusNotFound, "No such file", fmt.Sprintf("This mail has %s.", plural(len(list), "file")))
	}
	return download(list[number-1].Name, "application/octet-stream", list[number-1].Data)
}
