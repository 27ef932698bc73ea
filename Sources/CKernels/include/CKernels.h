void ck_none(void);
