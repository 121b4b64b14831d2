"""What people write: the index, the glossary and one folder a paper. `papers.schema` reads and checks it."""
