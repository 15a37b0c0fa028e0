"""What a file is, judged by its content, and where its bytes are kept."""
