"""Other files and libraries: model files, legacy pickles."""
