/** The command line client as people use it, against a running server: files of commands and of what is printed. */
package dev.webhookdb.transcript;
