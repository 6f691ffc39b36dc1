"""Pictures that people show: drawn here, in three scripts, without knowing what a visit is."""
